/* How the times of records are read: the arguments 'zone' and 'reference'. */
#include "_parts.h"

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

/* The seconds of a timedelta, cut; '*is_whole': that many exactly. */
static bool seconds_of(PyObject *delta, long long *seconds, bool *is_whole)
{
    long long days, rest, fraction;

    if (!take_attribute(delta, "days", &days) || !take_attribute(delta, "seconds", &rest) ||
        !take_attribute(delta, "microseconds", &fraction))
        return false;
    *seconds = days * 86400 + rest;
    *is_whole = fraction == 0;
    return true;
}

enum { ZONE_MOST = 86399 };

static bool zone_of(PyObject *calendar, PyObject *tzinfo, long long *zone)
{
    PyObject *offset = PyObject_CallMethod(tzinfo, "utcoffset", "O", Py_None);
    bool is_whole = false;

    if (!offset)
        return false;
    if (PyObject_IsInstance(offset, PyTuple_GET_ITEM(calendar, TIMEDELTA)) > 0)
        (void)seconds_of(offset, zone, &is_whole);
    Py_DECREF(offset);
    if (PyErr_Occurred())
        return false;
    return (is_whole && *zone >= -ZONE_MOST && *zone <= ZONE_MOST) ||
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

static bool is_aware(PyObject *datetime)
{
    PyObject *offset = PyObject_CallMethod(datetime, "utcoffset", NULL);
    const bool aware = offset && offset != Py_None;

    Py_XDECREF(offset);
    if (aware || !offset)
        return aware;
    return invalid(PyExc_ValueError, "reference", datetime, "one with a zone, or an int");
}

static bool instant_of(PyObject *calendar, PyObject *datetime, long long *instant)
{
    if (!is_aware(datetime))
        return false;
    PyObject *since = PyNumber_Subtract(datetime, PyTuple_GET_ITEM(calendar, EPOCH));
    bool is_whole, done = since && seconds_of(since, instant, &is_whole);
    Py_XDECREF(since);
    return done;
}

static bool reference_from(PyObject *module, PyObject *object, long long *reference)
{
    if (PyIndex_Check(object))
        return number_from(object, "reference", INT64_MIN, INT64_MAX, reference);
    PyObject *calendar = calendar_of(module);
    if (!calendar)
        return false;
    int is_datetime = PyObject_IsInstance(object, PyTuple_GET_ITEM(calendar, DATETIME));
    bool done = is_datetime > 0 && instant_of(calendar, object, reference);
    if (is_datetime == 0)
        invalid(PyExc_TypeError, "reference", object, "an int, a datetime with a zone or None");
    Py_DECREF(calendar);
    return done;
}

bool clock_from(PyObject *module, PyObject *zone, PyObject *reference,
                struct httpstatus_clock *clock)
{
    long long east = 0, instant = 0;
    const bool has_zone = zone && zone != Py_None;
    const bool has_reference = reference && reference != Py_None;

    if ((has_zone && !zone_from(module, zone, &east)) ||
        (has_reference && !reference_from(module, reference, &instant)))
        return false;
    *clock = (struct httpstatus_clock){has_zone, has_reference, (int)east, instant};
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
