/* Stamps: the time of a request in a common log, byte by byte. */
#include "stamp.h"
#include "text.h"

/* How much of a stamp has been seen; the names say what comes next. */
enum place {
    START,
    DAY,
    DAY_END,
    DAY_SLASH,
    MONTH,
    MONTH_SLASH = MONTH + 3,
    YEAR,
    HOUR_COLON = YEAR + 4,
    HOUR,
    NUMERIC_MONTH, /* its second digit */
    ISO_YEAR,      /* its fourth: the day would have two, and a slash after them */
    ISO_YEAR_DASH,
    ISO_MONTH,
    ISO_MONTH_DASH = ISO_MONTH + 2,
    ISO_DAY,
    ISO_HOUR = ISO_DAY + 2,
    PLACES
};

/* The byte that fits, and another one: 'd' is a digit, 'a' a letter, any other itself. */
static const struct {
    char form;
    unsigned char next;
    char other;
    unsigned char other_next;
} steps[PLACES] = {
    [DAY] = {'d', DAY_END, 0, 0},
    [DAY_END] = {'d', DAY_SLASH, '/', MONTH},
    [DAY_SLASH] = {'/', MONTH, 'd', ISO_YEAR},
    [MONTH] = {'a', MONTH + 1, 'd', NUMERIC_MONTH},
    [MONTH + 1] = {'a', MONTH + 2, 0, 0},
    [MONTH + 2] = {'a', MONTH_SLASH, 0, 0},
    [MONTH_SLASH] = {'/', YEAR, 0, 0},
    [YEAR] = {'d', YEAR + 1, 0, 0},
    [YEAR + 1] = {'d', YEAR + 2, 0, 0},
    [YEAR + 2] = {'d', YEAR + 3, 0, 0},
    [YEAR + 3] = {'d', HOUR_COLON, 0, 0},
    [HOUR_COLON] = {':', HOUR, 0, 0},
    [NUMERIC_MONTH] = {'d', MONTH_SLASH, 0, 0},
    [ISO_YEAR] = {'d', ISO_YEAR_DASH, 0, 0},
    [ISO_YEAR_DASH] = {'-', ISO_MONTH, 0, 0},
    [ISO_MONTH] = {'d', ISO_MONTH + 1, 0, 0},
    [ISO_MONTH + 1] = {'d', ISO_MONTH_DASH, 0, 0},
    [ISO_MONTH_DASH] = {'-', ISO_DAY, 0, 0},
    [ISO_DAY] = {'d', ISO_DAY + 1, 0, 0},
    [ISO_DAY + 1] = {'d', ISO_HOUR, 0, 0},
    [ISO_HOUR] = {'T', HOUR, ' ', HOUR},
};

static bool fits(char form, char c)
{
    return form == 'd' ? is_digit(c) : form == 'a' ? is_letter(c) : form && form == c;
}

bool httpstatus_stamp_begins(const struct httpstatus_stamp *stamp)
{
    return stamp->place == DAY;
}

bool httpstatus_any_stamp_step(struct httpstatus_stamp *stamp, char c)
{
    const unsigned place = stamp->place;

    if (place == HOUR && is_digit(c)) {
        stamp->place = START;
        return true;
    }
    stamp->iso = place == ISO_HOUR;
    stamp->place = fits(steps[place].form, c)    ? steps[place].next
                   : fits(steps[place].other, c) ? steps[place].other_next
                                                 : START;
    if (stamp->bare && stamp->place >= NUMERIC_MONTH) /* brackets tell it from a number */
        stamp->place = START;
    if (stamp->place == START && (c == '[' || is_blank(c))) {
        stamp->place = DAY;
        stamp->bare = c != '[';
    }
    return false;
}
