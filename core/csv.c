/* Comma-separated logs, in the orders of columns that their writers document. */
#include "csv.h"
#include "address.h"
#include "csv_table.h"
#include "parts.h"
#include "tokens.h"

#include <limits.h>

_Static_assert(sizeof csv_storage / sizeof csv_storage[0] <= CSV_COLUMNS,
               "CSV_COLUMNS is too small");

/*
 * A record is a whole line of one order: as many columns, and each of its form.  The order follows
 * from what the server writes first: a quote is Cloud Storage's, a blank after the first comma is
 * IIS's.
 *
 * Cloud Storage quotes what clients wrote, with "" for a quote (RFC 4180).  API Gateway logs no
 * text of theirs.  IIS neither quotes nor escapes: so what comes after the method may be anything,
 * and the name of a user may have a record of the user's own.  But then the server's service comes
 * after it, and where that comes twice nothing tells which is the server's.
 */
enum csv_place { CSV_BEGIN, CSV_BARE, CSV_QUOTED, CSV_CLOSED, CSV_DEAD };

static const struct csv_order *csv_order_of(const struct httpstatus_csv *line)
{
    return &httpstatus_csv_orders[line->order];
}

/* ---- Forms ---- */

static bool csv_is(const char *p, size_t size, const char *form)
{
    return skip_form(p, p + size, form) == p + size;
}

/* Moves past one digit, or as many as 'most'. */
static bool csv_digits(const char *p, size_t size, size_t *at, size_t most)
{
    const size_t start = *at;

    return digits(p, size, at) && *at - start <= most;
}

static bool csv_is_dotted(const char *p, size_t size)
{
    size_t at = 0;

    for (int i = 0; i < 4; i++)
        if ((i && !skip(p, size, &at, '.')) || !csv_digits(p, size, &at, 3))
            return false;
    return at == size;
}

/* The zone of an IPv6 address has been dropped. */
static bool csv_is_address(const char *p, size_t size)
{
    unsigned pieces[HTTPSTATUS_IPV6_PIECES];
    const char *zone = find_byte(p, p + size, '%');
    size_t at = (size_t)(zone - p) + 1;

    if (!memchr(p, ':', size))
        return csv_is_dotted(p, size);
    if (at <= size && (!digits(p, size, &at) || at != size))
        return false;
    return httpstatus_read_ipv6((struct httpstatus_text){p, (size_t)(zone - p)}, pieces);
}

static bool csv_is_date(const char *p, size_t size)
{
    size_t at = 0;

    if (!csv_digits(p, size, &at, 2) || !skip(p, size, &at, '/') || !csv_digits(p, size, &at, 2) ||
        !skip(p, size, &at, '/'))
        return false;
    return (size - at == 2 || size - at == 4) && digits(p, size, &at) && at == size;
}

static bool csv_is_service(const char *p, size_t size)
{
    size_t at = sizeof "W3SVC" - 1;

    return size > at && memcmp(p, "W3SVC", at) == 0 && digits(p, size, &at) && at == size;
}

/* Letters, digits, and some others. */
static bool csv_is_made_of(const char *p, size_t size, const char *others)
{
    for (size_t i = 0; i < size; i++)
        if (!is_alphanumeric(p[i]) && (p[i] == '\0' || !strchr(others, p[i])))
            return false;
    return true;
}

static bool csv_is_method(const char *p, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!is_upper(p[i]))
            return false;
    return true;
}

static bool csv_is_number(const char *p, size_t size)
{
    size_t at = 0;

    return digits(p, size, &at) && at == size;
}

static bool csv_may_be_dash(enum csv_form form)
{
    return form == CSV_METHOD || form == CSV_PATH || form == CSV_PROTOCOL || form == CSV_NUMBER;
}

/* Whether a value of some bytes, of which HTTPSTATUS_CSV_VALUE may be there, has the form. */
static bool csv_has_form(enum csv_form form, const char *p, size_t size)
{
    if (form == CSV_PATH && *p == '/')
        return true;
    if (size == 1 && *p == '-' && csv_may_be_dash(form))
        return true;
    if (size > HTTPSTATUS_CSV_VALUE)
        return false;
    switch (form) {
    case CSV_ADDRESS:
        return csv_is_address(p, size);
    case CSV_STAMP:
        return csv_is(p, size, "dd/aaa/dddd:dd:dd:dd sdddd");
    case CSV_DATE:
        return csv_is_date(p, size);
    case CSV_CLOCK:
        return csv_is(p, size, "d:dd:dd") || csv_is(p, size, "dd:dd:dd");
    case CSV_MICROS:
        return csv_is(p, size, "dddddddddddddddd");
    case CSV_METHOD:
        return csv_is_method(p, size);
    case CSV_PROTOCOL:
        return is_protocol(p, p + size);
    case CSV_NUMBER:
        return csv_is_number(p, size);
    case CSV_ID:
        return csv_is_made_of(p, size, "+/=_-");
    case CSV_SERVICE:
        return csv_is_service(p, size);
    default:
        return form == CSV_NAME && csv_is_made_of(p, size, "._-");
    }
}

/* ---- Columns ---- */

static bool csv_take_status(struct httpstatus_csv *line)
{
    line->status = line->size ? read_status(line->value, line->size, 3) : HTTPSTATUS_NO_STATUS;
    return line->status != HTTPSTATUS_UNMATCHED;
}

/* Cloud Storage leaves out what it does not know. */
static bool csv_takes_value(struct httpstatus_csv *line)
{
    const enum csv_form form = (enum csv_form)csv_order_of(line)->columns[line->column].form;

    if (form == CSV_TEXT)
        return true;
    if (line->size == 0 && (line->order != CSV_OF_STORAGE || form == CSV_MICROS))
        return false;
    if (form == CSV_STATUS)
        return csv_take_status(line);
    return line->size == 0 || csv_has_form(form, line->value, line->size);
}

/* Drops the blank that IIS writes after a comma. */
static bool csv_drop_blank(struct httpstatus_csv *line)
{
    if (line->size == 0 || *line->value != ' ')
        return false;
    line->size--;
    memmove(line->value, line->value + 1, sizeof line->value - 1);
    return true;
}

/* Whether the value is a client's, as IIS writes it. */
static bool csv_is_free(const struct httpstatus_csv *line)
{
    enum { TARGET_COLUMN = 13 };

    return line->order == CSV_OF_IIS && line->column >= TARGET_COLUMN;
}

static bool csv_takes_column(struct httpstatus_csv *line)
{
    if (line->column == 1 && line->order == CSV_OF_GATEWAY && line->size && *line->value == ' ')
        line->order = CSV_OF_IIS;
    const bool blank = line->order == CSV_OF_IIS && csv_drop_blank(line);
    if (csv_is_free(line))
        return !blank || line->size > HTTPSTATUS_CSV_VALUE ||
               !csv_is_service(line->value, line->size);
    if (line->order == CSV_OF_IIS && !blank)
        return false;
    return line->column < csv_order_of(line)->count && csv_takes_value(line);
}

static void csv_end_column(struct httpstatus_csv *line)
{
    line->place = csv_takes_column(line) ? CSV_BEGIN : CSV_DEAD;
    if (line->column < UCHAR_MAX)
        line->column++;
    line->size = 0;
}

/* ---- Lines ---- */

static void csv_keep(struct httpstatus_csv *line, const char *p, size_t size)
{
    const size_t room = line->size < sizeof line->value ? sizeof line->value - line->size : 0;

    if (room)
        memcpy(line->value + line->size, p, size < room ? size : room);
    line->size += size;
}

static void csv_bare_byte(struct httpstatus_csv *line, char c)
{
    const bool mark = c == '"' || c == '[' || c == ']';

    line->place = mark && !csv_is_free(line) ? CSV_DEAD : CSV_BARE;
    csv_keep(line, &c, 1);
}

static void csv_first_byte(struct httpstatus_csv *line, char c)
{
    if (line->column == 0 && c == '"')
        line->order = CSV_OF_STORAGE;
    if (line->order != CSV_OF_STORAGE)
        csv_bare_byte(line, c);
    else
        line->place = c == '"' ? CSV_QUOTED : CSV_DEAD;
}

/* A quote after one stands for one. */
static void csv_closed_byte(struct httpstatus_csv *line, char c)
{
    line->place = c == '"' ? CSV_QUOTED : CSV_DEAD;
    csv_keep(line, &c, 1);
}

static void csv_byte(struct httpstatus_csv *line, char c)
{
    if (c == ',')
        csv_end_column(line);
    else if (line->place == CSV_BEGIN)
        csv_first_byte(line, c);
    else if (line->place == CSV_BARE)
        csv_bare_byte(line, c);
    else
        csv_closed_byte(line, c);
}

static void csv_read(struct httpstatus_csv *line, const char *p, const char *end)
{
    while (p < end && line->place != CSV_DEAD) {
        if (line->place != CSV_QUOTED) {
            csv_byte(line, *p++);
            continue;
        }
        const char *quote = find_byte(p, end, '"');
        csv_keep(line, p, (size_t)(quote - p));
        line->place = quote < end ? CSV_CLOSED : CSV_QUOTED;
        p = quote + (quote < end);
    }
}

/* After the last byte.  IIS ends each column with a comma, the last one too. */
static bool csv_is_whole(struct httpstatus_csv *line)
{
    if (line->order != CSV_OF_IIS) {
        if (line->place == CSV_QUOTED || line->place == CSV_DEAD)
            return false;
        csv_end_column(line);
    }
    const struct csv_order *order = csv_order_of(line);
    return line->place == CSV_BEGIN &&
           (line->column == order->fewer || line->column == order->most ||
            (order->more && line->column > order->most));
}

static int csv_status(struct httpstatus_csv *line)
{
    return csv_is_whole(line) ? line->status : HTTPSTATUS_UNMATCHED;
}

void httpstatus_csv_read(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                         const char *p, size_t size)
{
    (void)setup;
    csv_read(&reader->as.csv, p, p + size);
}

int httpstatus_csv_end(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                       int *substatus)
{
    (void)setup;
    (void)substatus;
    return csv_status(&reader->as.csv);
}

/* No logger's prefix begins with an address and a comma, nor with a quote. */
int httpstatus_csv_look(const char *p, const char *end)
{
    struct httpstatus_csv line = {.order = CSV_OF_GATEWAY};

    if (p == end)
        return HTTPSTATUS_SKIPPED;
    csv_read(&line, p, end);
    const int status = csv_status(&line);
    return status == HTTPSTATUS_UNMATCHED ? UNPROVED : status;
}

/* Of an address, or of a number. */
static bool csv_may_begin(char c)
{
    return hex_digit(c) >= 0 || c == '.' || c == ':' || c == '%';
}

/* "192.0.2.1,", "\"1796032800123456\"" */
bool httpstatus_csv_begins(const struct beginning *b)
{
    const char *p = b->text;
    const bool quoted = p < b->end && *p == '"';

    for (p += quoted; p < b->end && csv_may_begin(*p);)
        p++;
    return p == b->end ? b->goes_on : *p == (quoted ? '"' : ',');
}
