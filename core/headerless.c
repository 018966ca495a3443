/*
 * Records in columns that no "#Fields:" line names: IIS with its usual columns, CloudFront in real
 * time.  The shapes of their values tell them from other lines, and their columns from others.
 */
#include "columns.h"

/* ---- Values ----
 *
 * What a column holds: 'D' a date, 'C' a clock, 'E' seconds since 1970, 'A' an address, 'M' a
 * method or "-", 'P' a path, "*" or "-", 'F' a decimal number, 'S' a status, 'N' digits, 'X'
 * anything but nothing, '*' anything.
 */

static const char *shape_form(char kind)
{
    switch (kind) {
    case 'D':
        return "dddd-dd-dd";
    case 'C':
        return "dd:dd:dd";
    case 'E':
        return "dddddddddd.ddd";
    case 'S':
        return "ddd";
    default:
        return NULL;
    }
}

/* Whether a byte may go on a value that fits so far; 'marked' of an X: it is no number. */
static bool shape_goes_on(struct httpstatus_shape *shape, char kind, char c)
{
    const bool first = shape->place == 0, marked = shape->marked;

    switch (kind) {
    case 'A':
        shape->marked |= c == '.' || c == ':';
        return hex_digit(c) >= 0 || c == '.' || c == ':' || (c == '%' && marked);
    case 'M':
        shape->marked |= first && is_upper(c);
        return first ? is_upper(c) || c == '-' : marked && (is_upper(c) || c == '-' || c == '_');
    case 'P':
        shape->marked |= first && c == '/';
        return first ? c == '/' || c == '*' || c == '-' : marked;
    case 'F':
        shape->marked |= c == '.';
        return is_digit(c) || (c == '.' && !first && !marked);
    case 'N':
        return is_digit(c);
    default:
        shape->marked |= !is_digit(c);
        return true;
    }
}

static void shape_byte(struct httpstatus_shape *shape, char kind, char c)
{
    const char *form = shape_form(kind);
    const bool fits = form ? shape->place < strlen(form) && form_fits(form[shape->place], c)
                           : shape_goes_on(shape, kind, c);

    shape->bad = shape->bad || !fits;
    shape->place = (unsigned char)(shape->place + (shape->place < UINT8_MAX));
}

static bool shape_is_whole(const struct httpstatus_shape *shape, char kind)
{
    const char *form = shape_form(kind);

    if (form)
        return shape->place == strlen(form);
    return kind == '*' || (shape->place > 0 && (kind != 'A' || shape->marked));
}

/* ---- Columns ---- */

/* The last kind is that of all columns behind it. */
static const char iis[] = "DCAMPXNXAX", realtime[] = "EAFSNM*";
_Static_assert(sizeof iis - 2 == IIS_SHAPED && sizeof realtime - 3 == REALTIME_METHOD, "columns.h");

static char shape_kind(const char *kinds, size_t column)
{
    const size_t last = strlen(kinds) - 1;

    return kinds[column < last ? column : last];
}

static void end_shape_column(struct httpstatus_shape *shape, const char *kinds)
{
    const char kind = shape_kind(kinds, shape->column);
    const bool number = kind == 'X' && !shape->marked;

    shape->bad = shape->bad || !shape_is_whole(shape, kind);
    shape->numbers = (unsigned char)(number ? shape->numbers + (shape->numbers < UINT8_MAX) : 0);
    shape->column = (unsigned char)(shape->column + (shape->column < UINT8_MAX));
    shape->place = 0;
    shape->marked = false;
}

static void shape_step(struct httpstatus_shape *shape, const char *kinds, char separator, char c)
{
    if (c == separator)
        end_shape_column(shape, kinds);
    else
        shape_byte(shape, shape_kind(kinds, shape->column), c);
}

static struct httpstatus_shape ended(const struct httpstatus_shape *shape, const char *kinds)
{
    struct httpstatus_shape whole = *shape;

    end_shape_column(&whole, kinds);
    return whole;
}

/* ---- Lines ---- */

void httpstatus_iis_step(struct httpstatus_shape *shape, char c)
{
    shape->bad = shape->bad || c == '\t'; /* which would part values elsewhere */
    shape_step(shape, iis, ' ', c);
}

int httpstatus_iis_columns(const struct httpstatus_shape *shape)
{
    const struct httpstatus_shape whole = ended(shape, iis);
    const bool usual = whole.column == IIS_COLUMNS || whole.column == IIS_COLUMNS - 1;

    return !whole.bad && usual && whole.numbers >= IIS_NUMBERS ? whole.column : 0;
}

void httpstatus_realtime_step(struct httpstatus_shape *shape, char c)
{
    shape_step(shape, realtime, '\t', c);
}

bool httpstatus_is_realtime(const struct httpstatus_shape *shape)
{
    const struct httpstatus_shape whole = ended(shape, realtime);

    return !whole.bad && whole.column > REALTIME_METHOD;
}

/* ---- Whole values ---- */

bool httpstatus_fits_iis(int column, const char *p, size_t size)
{
    const char kind = shape_kind(iis, (size_t)column);
    struct httpstatus_shape shape = {.place = 0};

    for (size_t i = 0; i < size; i++)
        shape_byte(&shape, kind, p[i]);
    return !shape.bad && shape_is_whole(&shape, kind);
}
