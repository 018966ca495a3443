/* How the times of records are read, and which are meant: 'zone', 'reference', 'since', 'until'. */
#include "_parts.h"

#include <math.h>

#ifndef Py_BEGIN_CRITICAL_SECTION /* before 3.13 there is only the interpreter's lock */
#define Py_BEGIN_CRITICAL_SECTION(object) {
#define Py_END_CRITICAL_SECTION() }
#endif

/* ---- What is needed of the module datetime ---- */

enum { TIMEDELTA, TZINFO, DATETIME, UTC, EPOCH, CALENDAR };

static PyObject *calendar_make(void)
{
    PyObject *module = PyImport_ImportModule("datetime");
    PyObject *timezone = module ? PyObject_GetAttrString(module, "timezone") : NULL;
    PyObject *items[CALENDAR] = {NULL}, *calendar = NULL;

    if (timezone && (items[TIMEDELTA] = PyObject_GetAttrString(module, "timedelta")) &&
        (items[TZINFO] = PyObject_GetAttrString(module, "tzinfo")) &&
        (items[DATETIME] = PyObject_GetAttrString(module, "datetime")) &&
        (items[UTC] = PyObject_GetAttrString(timezone, "utc")) &&
        (items[EPOCH] = PyObject_CallFunction(items[DATETIME], "iiiiiiiO", 1970, 1, 1, 0, 0, 0, 0,
                                              items[UTC])))
        calendar = PyTuple_Pack(CALENDAR, items[TIMEDELTA], items[TZINFO], items[DATETIME],
                                items[UTC], items[EPOCH]);
    for (int i = 0; i < CALENDAR; i++)
        Py_XDECREF(items[i]);
    Py_XDECREF(timezone);
    Py_XDECREF(module);
    return calendar;
}

/*
 * A new reference to these items, a tuple; NULL with an exception set.  The module datetime is
 * imported only when it is needed: that takes time, and CPython 3.13's is not safe in interpreters
 * that run side by side.
 */
static PyObject *calendar_of(PyObject *module)
{
    State *state = state_of_module(module);
    PyObject *calendar;

    Py_BEGIN_CRITICAL_SECTION(module);
    calendar = Py_XNewRef(state->calendar);
    Py_END_CRITICAL_SECTION();
    if (calendar || !(calendar = calendar_make()))
        return calendar;
    Py_BEGIN_CRITICAL_SECTION(module);
    if (!state->calendar)
        state->calendar = Py_NewRef(calendar);
    Py_END_CRITICAL_SECTION();
    return calendar;
}

/* ---- Arguments ---- */

/* A number within limits; false with an exception set if it is not one. */
static bool number_from(PyObject *object, const char *name, long long least, long long most,
                        long long *number)
{
    int overflow;
    PyObject *whole = PyNumber_Index(object);

    if (!whole)
        return false;
    *number = PyLong_AsLongLongAndOverflow(whole, &overflow);
    Py_DECREF(whole);
    return (!overflow && *number >= least && *number <= most) ||
           invalid_value(PyExc_ValueError, name, object);
}

/* The attribute of a timedelta; false with an exception set if it is not an int. */
static bool take_attribute(PyObject *object, const char *name, long long *number)
{
    PyObject *value = PyObject_GetAttrString(object, name);

    *number = value ? PyLong_AsLongLong(value) : -1;
    Py_XDECREF(value);
    return *number != -1 || !PyErr_Occurred();
}

/* The whole seconds of a timedelta, and the microseconds after them. */
static bool seconds_of(PyObject *delta, long long *seconds, long long *fraction)
{
    long long days, rest;

    if (!take_attribute(delta, "days", &days) || !take_attribute(delta, "seconds", &rest) ||
        !take_attribute(delta, "microseconds", fraction))
        return false;
    *seconds = days * 86400 + rest;
    return true;
}

enum { ZONE_MOST = 86399 };

static bool zone_of(PyObject *calendar, PyObject *tzinfo, long long *zone)
{
    PyObject *offset = PyObject_CallMethod(tzinfo, "utcoffset", "O", Py_None);
    long long fraction = -1;

    if (!offset)
        return false;
    if (PyObject_IsInstance(offset, PyTuple_GET_ITEM(calendar, TIMEDELTA)) > 0)
        (void)seconds_of(offset, zone, &fraction);
    Py_DECREF(offset);
    if (PyErr_Occurred())
        return false;
    return (fraction == 0 && *zone >= -ZONE_MOST && *zone <= ZONE_MOST) ||
           invalid(PyExc_ValueError, "zone", tzinfo,
                   "one whose offset is always the same and of whole seconds, as that of "
                   "datetime.timezone");
}

static bool zone_from(PyObject *module, PyObject *object, long long *zone)
{
    if (PyIndex_Check(object))
        return number_from(object, "zone", -ZONE_MOST, ZONE_MOST, zone);
    PyObject *calendar = calendar_of(module);
    if (!calendar)
        return false;
    int is_tzinfo = PyObject_IsInstance(object, PyTuple_GET_ITEM(calendar, TZINFO));
    bool done = is_tzinfo > 0 && zone_of(calendar, object, zone);
    if (is_tzinfo == 0)
        invalid(PyExc_TypeError, "zone", object, "an int, a tzinfo or None");
    Py_DECREF(calendar);
    return done;
}

static bool is_aware(PyObject *datetime, const char *name)
{
    PyObject *offset = PyObject_CallMethod(datetime, "utcoffset", NULL);
    const bool aware = offset && offset != Py_None;

    Py_XDECREF(offset);
    if (aware || !offset)
        return aware;
    return invalid(PyExc_ValueError, name, datetime, "one with a zone, or an int");
}

static bool instant_of(PyObject *calendar, PyObject *datetime, const char *name,
                       struct httpstatus_time *time)
{
    long long seconds = 0, fraction = 0;

    if (!is_aware(datetime, name))
        return false;
    PyObject *since = PyNumber_Subtract(datetime, PyTuple_GET_ITEM(calendar, EPOCH));
    bool done = since && seconds_of(since, &seconds, &fraction);
    Py_XDECREF(since);
    *time = (struct httpstatus_time){seconds, (int)fraction * 1000, true};
    return done;
}

/* The time of an int or a datetime, which 'expected' says, maybe among others. */
static bool whole_or_datetime(PyObject *module, PyObject *object, const char *name,
                              const char *expected, struct httpstatus_time *time)
{
    long long seconds = 0;

    if (PyIndex_Check(object)) {
        const bool done = number_from(object, name, INT64_MIN, INT64_MAX, &seconds);
        *time = (struct httpstatus_time){seconds, 0, true};
        return done;
    }
    PyObject *calendar = calendar_of(module);
    if (!calendar)
        return false;
    int is_datetime = PyObject_IsInstance(object, PyTuple_GET_ITEM(calendar, DATETIME));
    bool done = is_datetime > 0 && instant_of(calendar, object, name, time);
    if (is_datetime == 0)
        invalid(PyExc_TypeError, name, object, expected);
    Py_DECREF(calendar);
    return done;
}

/* To the nearest nanosecond: a float of today has about a quarter of a microsecond. */
static bool float_from(PyObject *object, const char *name, struct httpstatus_time *time)
{
    const double most = 1e18, value = PyFloat_AS_DOUBLE(object), whole = floor(value);

    if (!(whole >= -most && whole <= most)) /* or not a number */
        return invalid_value(PyExc_ValueError, name, object);
    const int nanoseconds = (int)((value - whole) * 1e9 + 0.5), carry = nanoseconds == 1000000000;
    *time = (struct httpstatus_time){(int64_t)whole + carry, carry ? 0 : nanoseconds, true};
    return true;
}

bool instant_from(PyObject *module, PyObject *object, const char *name,
                  struct httpstatus_time *time)
{
    if (PyFloat_Check(object))
        return float_from(object, name, time);
    return whole_or_datetime(module, object, name,
                             "an int, a float, a datetime with a zone or None", time);
}

bool clock_from(PyObject *module, PyObject *zone, PyObject *reference,
                struct httpstatus_clock *clock)
{
    long long east = 0;
    struct httpstatus_time instant = {.seconds = 0};
    const bool has_zone = zone && zone != Py_None;
    const bool has_reference = reference && reference != Py_None;

    if ((has_zone && !zone_from(module, zone, &east)) ||
        (has_reference && !whole_or_datetime(module, reference, "reference",
                                             "an int, a datetime with a zone or None", &instant)))
        return false;
    *clock = (struct httpstatus_clock){has_zone, has_reference, (int)east, instant.seconds};
    return true;
}

/* ---- Times ---- */

enum { DAY = 86400, YEAR_MOST = 9999 };

/*
 * Year, month and day from the days since 1970-01-01.  Years begin in March here, so that the leap
 * day is their last one, and are counted in eras of 400 years, which have 146,097 days.
 */
static void split_days(int64_t days, int date[3])
{
    const int64_t since = days + 719468; /* 0000-03-01 */
    const int64_t era = (since >= 0 ? since : since - 146096) / 146097;
    const int day = (int)(since - era * 146097);
    const int year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    const int of_year = day - (365 * year + year / 4 - year / 100);
    const int month = (5 * of_year + 2) / 153; /* 0: March */

    date[0] = (int)(year + era * 400) + (month >= 10);
    date[1] = month + (month < 10 ? 3 : -9);
    date[2] = of_year - (153 * month + 2) / 5 + 1;
}

/* The arguments of datetime(): year to microsecond; false if it has no such year. */
static bool split_time(const struct httpstatus_time *time, int numbers[7])
{
    int64_t days = time->seconds / DAY;
    int second = (int)(time->seconds % DAY);

    if (second < 0) {
        second += DAY;
        days--;
    }
    split_days(days, numbers);
    numbers[3] = second / 3600;
    numbers[4] = second / 60 % 60;
    numbers[5] = second % 60;
    numbers[6] = time->nanoseconds / 1000;
    return numbers[0] >= 1 && numbers[0] <= YEAR_MOST;
}

PyObject *datetime_object(PyObject *module, const struct httpstatus_time *time)
{
    enum { NUMBERS = 7 };
    PyObject *items[NUMBERS + 1] = {NULL}, *result = NULL;
    int numbers[NUMBERS], made = 0;

    if (!split_time(time, numbers))
        Py_RETURN_NONE;
    PyObject *calendar = calendar_of(module);
    if (!calendar)
        return NULL;
    while (made < NUMBERS && (items[made] = PyLong_FromLong(numbers[made])) != NULL)
        made++;
    items[NUMBERS] = time->has_zone ? PyTuple_GET_ITEM(calendar, UTC) : Py_None;
    if (made == NUMBERS)
        result =
            PyObject_Vectorcall(PyTuple_GET_ITEM(calendar, DATETIME), items, NUMBERS + 1, NULL);
    while (made > 0)
        Py_DECREF(items[--made]);
    Py_DECREF(calendar);
    return result;
}
