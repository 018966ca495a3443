/* Stamps: the time of a request in a common log, byte by byte. */
#include "stamp.h"
#include "text.h"

/* How much of a stamp has been seen; the names say what comes next. */
enum any_place {
    AT_START,
    AT_DAY,
    AT_DAY_END,
    AT_DAY_SLASH,
    AT_MONTH,
    AT_MONTH_SLASH = AT_MONTH + 3,
    AT_YEAR,
    AT_HOUR_COLON = AT_YEAR + 4,
    AT_HOUR,
    AT_NUMERIC_MONTH, /* its second digit */
    AT_ISO_YEAR,      /* its fourth: the day would have two, and a slash after them */
    AT_ISO_YEAR_DASH,
    AT_ISO_MONTH,
    AT_ISO_MONTH_DASH = AT_ISO_MONTH + 2,
    AT_ISO_DAY,
    AT_ISO_HOUR = AT_ISO_DAY + 2,
    AT_PLACES
};

/* The byte that fits, and another one: 'd' is a digit, 'a' a letter, any other itself. */
static const struct {
    char form;
    unsigned char next;
    char other;
    unsigned char other_next;
} any_steps[AT_PLACES] = {
    [AT_DAY] = {'d', AT_DAY_END, 0, 0},
    [AT_DAY_END] = {'d', AT_DAY_SLASH, '/', AT_MONTH},
    [AT_DAY_SLASH] = {'/', AT_MONTH, 'd', AT_ISO_YEAR},
    [AT_MONTH] = {'a', AT_MONTH + 1, 'd', AT_NUMERIC_MONTH},
    [AT_MONTH + 1] = {'a', AT_MONTH + 2, 0, 0},
    [AT_MONTH + 2] = {'a', AT_MONTH_SLASH, 0, 0},
    [AT_MONTH_SLASH] = {'/', AT_YEAR, 0, 0},
    [AT_YEAR] = {'d', AT_YEAR + 1, 0, 0},
    [AT_YEAR + 1] = {'d', AT_YEAR + 2, 0, 0},
    [AT_YEAR + 2] = {'d', AT_YEAR + 3, 0, 0},
    [AT_YEAR + 3] = {'d', AT_HOUR_COLON, 0, 0},
    [AT_HOUR_COLON] = {':', AT_HOUR, 0, 0},
    [AT_NUMERIC_MONTH] = {'d', AT_MONTH_SLASH, 0, 0},
    [AT_ISO_YEAR] = {'d', AT_ISO_YEAR_DASH, 0, 0},
    [AT_ISO_YEAR_DASH] = {'-', AT_ISO_MONTH, 0, 0},
    [AT_ISO_MONTH] = {'d', AT_ISO_MONTH + 1, 0, 0},
    [AT_ISO_MONTH + 1] = {'d', AT_ISO_MONTH_DASH, 0, 0},
    [AT_ISO_MONTH_DASH] = {'-', AT_ISO_DAY, 0, 0},
    [AT_ISO_DAY] = {'d', AT_ISO_DAY + 1, 0, 0},
    [AT_ISO_DAY + 1] = {'d', AT_ISO_HOUR, 0, 0},
    [AT_ISO_HOUR] = {'T', AT_HOUR, ' ', AT_HOUR},
};

static bool fits(char form, char c)
{
    return form == 'd' ? is_digit(c) : form == 'a' ? is_letter(c) : form && form == c;
}

bool httpstatus_stamp_begins(const struct httpstatus_stamp *stamp)
{
    return stamp->place == AT_DAY;
}

bool httpstatus_any_stamp_step(struct httpstatus_stamp *stamp, char c)
{
    const unsigned place = stamp->place;

    if (place == AT_HOUR && is_digit(c)) {
        stamp->place = AT_START;
        return true;
    }
    stamp->iso = place == AT_ISO_HOUR;
    stamp->place = fits(any_steps[place].form, c)    ? any_steps[place].next
                   : fits(any_steps[place].other, c) ? any_steps[place].other_next
                                                     : AT_START;
    if (stamp->bare && stamp->place >= AT_NUMERIC_MONTH) /* brackets tell it from a number */
        stamp->place = AT_START;
    if (stamp->place == AT_START && (c == '[' || is_blank(c))) {
        stamp->place = AT_DAY;
        stamp->bare = c != '[';
    }
    return false;
}
