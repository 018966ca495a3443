/* The table of status codes: look-ups and properties. */
#include "rows.h"

#include "status_table.h"

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

const char *httpstatus_version(void)
{
    return HTTPSTATUS_VERSION;
}

static struct httpstatus_text text_at(uint16_t index)
{
    struct httpstatus_text absent = {NULL, 0};

    if (index == 0)
        return absent;
    return (struct httpstatus_text){(const char *)&texts + text_start[index],
                                    text_start[index + 1] - text_start[index] - 1};
}

/* ---- Rows ---- */

size_t httpstatus_row_count(void)
{
    return ROW_COUNT;
}

const struct httpstatus_status *httpstatus_row(size_t i)
{
    return &rows[i];
}

size_t httpstatus_index(const struct httpstatus_status *row)
{
    return (size_t)(row - rows);
}

size_t httpstatus_variants(int code, size_t *first)
{
    if (code < HTTPSTATUS_STATUS_MIN || code > HTTPSTATUS_STATUS_MAX)
        return 0;
    *first = code < 0 ? 0 : code_first[code];
    return code_first[code + 1] - *first;
}

const struct httpstatus_status *httpstatus_lookup(int code)
{
    size_t first;

    return httpstatus_variants(code, &first) ? &rows[first] : NULL;
}

bool httpstatus_owned_by(const struct httpstatus_status *row, const char *owner, size_t size)
{
    struct httpstatus_text name = text_at(row->fields[HTTPSTATUS_OWNER]);

    return equal_ignoring_case(name.data, name.size, owner, size);
}

const struct httpstatus_status *httpstatus_find(int code, int substatus, const char *owner,
                                                size_t owner_size)
{
    size_t first, count = httpstatus_variants(code, &first);

    for (size_t i = 0; i < count; i++) {
        const struct httpstatus_status *row = &rows[first + i];
        if (row->substatus == substatus && (!owner || httpstatus_owned_by(row, owner, owner_size)))
            return row;
    }
    return NULL;
}

const struct httpstatus_status *httpstatus_written(const struct httpstatus_status *row,
                                                   enum httpstatus_format format)
{
    const char *writer = writers[format];

    if (!row || !writer || httpstatus_property(row, HTTPSTATUS_IS_OFFICIAL) == HTTPSTATUS_YES)
        return row;
    const struct httpstatus_status *own =
        httpstatus_find(row->code, row->substatus, writer, strlen(writer));
    return own ? own : row;
}

static int compare_folded(const char *p, size_t size, struct httpstatus_text other)
{
    size_t i = 0, j = 0;

    for (;;) {
        while (i < size && is_ignored(p[i]))
            i++;
        while (j < other.size && is_ignored(other.data[j]))
            j++;
        if (i == size || j == other.size)
            return (i < size) - (j < other.size);
        int difference = (unsigned char)to_lower(p[i++]) - (unsigned char)to_lower(other.data[j++]);
        if (difference)
            return difference;
    }
}

static const struct httpstatus_status *lookup_name(const char *p, size_t size, const char *owner,
                                                   size_t owner_size)
{
    const size_t count = sizeof spellings / sizeof spellings[0];
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_folded(p, size, text_at(spellings[middle].text)) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < count && compare_folded(p, size, text_at(spellings[low].text)) == 0; low++) {
        const struct httpstatus_status *row = &rows[spellings[low].row];
        if (!owner || httpstatus_owned_by(row, owner, owner_size))
            return row;
    }
    return NULL;
}

bool httpstatus_read_number(const char *p, size_t size, size_t *at, int max, int *value)
{
    size_t i = *at;
    int number = 0;

    for (; i < size && is_digit(p[i]); i++) {
        number = number * 10 + (p[i] - '0');
        if (number > max)
            return false;
    }
    if (i == *at)
        return false;
    *at = i;
    *value = number;
    return true;
}

bool httpstatus_read_code(const char *p, size_t size, int *code, int *substatus)
{
    size_t i = 0;

    *substatus = -1;
    if (!httpstatus_read_number(p, size, &i, 999, code) || i > 3)
        return false;
    if (i == size)
        return true;
    if (p[i] != '.' && p[i] != ':')
        return false;
    i++;
    return httpstatus_read_number(p, size, &i, 65535, substatus) && i == size;
}

const struct httpstatus_status *httpstatus_lookup_text(const char *p, size_t size,
                                                       const char *owner, size_t owner_size)
{
    int code, substatus;

    for (; size && is_blank(*p); size--)
        p++;
    while (size && is_blank(p[size - 1]))
        size--;
    if (equal(p, size,
              "-1")) /* a number in one log only, so that httpstatus_read_code() lacks it */
        return httpstatus_find(-1, 0, owner, owner_size);
    if (httpstatus_read_code(p, size, &code, &substatus))
        return httpstatus_find(code, substatus < 0 ? 0 : substatus, owner, owner_size);
    const struct httpstatus_status *row = lookup_name(p, size, owner, owner_size);
    return row ? row : httpstatus_lookup_pasted(p, size, owner, owner_size);
}

static bool is_row_of(const struct httpstatus_status *row, const struct httpstatus_query *query)
{
    if (query->status_class && row->status_class != query->status_class)
        return false;
    if (query->owner.data && !httpstatus_owned_by(row, query->owner.data, query->owner.size))
        return false;
    bool official = httpstatus_property(row, HTTPSTATUS_IS_OFFICIAL) == HTTPSTATUS_YES;
    return query->official == 0 || official == (query->official > 0);
}

const struct httpstatus_status *httpstatus_next(const struct httpstatus_query *query,
                                                const struct httpstatus_status *row)
{
    for (row = row ? row + 1 : rows; row < rows + ROW_COUNT; row++)
        if (is_row_of(row, query))
            return row;
    return NULL;
}

const struct httpstatus_status *httpstatus_unknown(int code)
{
    return &unknown[code >= 100 && code <= 599 ? code / 100 : 0];
}

/* ---- What a row says ---- */

int httpstatus_code(const struct httpstatus_status *row)
{
    return row->code;
}

int httpstatus_substatus(const struct httpstatus_status *row)
{
    return row->substatus;
}

const char *httpstatus_field_name(enum httpstatus_field field)
{
    return field_names[field];
}

struct httpstatus_text httpstatus_field(const struct httpstatus_status *row,
                                        enum httpstatus_field field)
{
    return text_at(row->fields[field]);
}

const char *httpstatus_property_name(enum httpstatus_property property)
{
    return property_names[property];
}

bool httpstatus_property_find(const char *name, size_t size, enum httpstatus_property *property)
{
    for (int i = 0; i < HTTPSTATUS_PROPERTIES; i++) {
        if (strlen(property_names[i]) != size || memcmp(property_names[i], name, size) != 0)
            continue;
        *property = (enum httpstatus_property)i;
        return true;
    }
    return false;
}

enum httpstatus_answer httpstatus_property(const struct httpstatus_status *row,
                                           enum httpstatus_property property)
{
    switch (property) {
    case HTTPSTATUS_IS_INFORMATIONAL:
    case HTTPSTATUS_IS_SUCCESS:
    case HTTPSTATUS_IS_REDIRECTION:
    case HTTPSTATUS_IS_CLIENT_ERROR:
    case HTTPSTATUS_IS_SERVER_ERROR:
        return row->status_class == 1 + property - HTTPSTATUS_IS_INFORMATIONAL;
    case HTTPSTATUS_IS_ERROR:
        return row->status_class == 4 || row->status_class == 5;
    case HTTPSTATUS_IS_KNOWN:
        return row->code >= 0;
    case HTTPSTATUS_IS_OFFICIAL:
        return row->fields[HTTPSTATUS_OWNER] == OWNER_IANA;
    default:
        return row->answers[property - HTTPSTATUS_IS_INTERIM];
    }
}

struct httpstatus_text httpstatus_property_reference(const struct httpstatus_status *row,
                                                     enum httpstatus_property property)
{
    if (property <= HTTPSTATUS_IS_ERROR)
        return text_at(REFERENCE_CLASS);
    if (property < HTTPSTATUS_IS_INTERIM)
        return text_at(row->fields[HTTPSTATUS_REFERENCE]);
    return text_at(row->answer_references[property - HTTPSTATUS_IS_INTERIM]);
}

size_t httpstatus_alias_count(const struct httpstatus_status *row)
{
    return row->alias_count;
}

struct httpstatus_alias httpstatus_alias(const struct httpstatus_status *row, size_t i)
{
    const uint16_t *alias = aliases[row->alias_first + i];

    return (struct httpstatus_alias){text_at(alias[0]), text_at(alias[1])};
}

struct httpstatus_text httpstatus_synonym(const struct httpstatus_status *row, size_t i)
{
    return text_at(synonyms[row->synonym_first + i]);
}

size_t httpstatus_header_count(const struct httpstatus_status *row)
{
    return row->header_count;
}

struct httpstatus_header httpstatus_header(const struct httpstatus_status *row, size_t i)
{
    const uint16_t *header = headers[row->header_first + i];

    return (struct httpstatus_header){text_at(header[0]), text_at(header[1]), text_at(header[2]),
                                      text_at(header[3])};
}

struct httpstatus_retry_advice httpstatus_retry_advice(const struct httpstatus_status *row)
{
    return (struct httpstatus_retry_advice){text_at(row->retry_advice),
                                            text_at(row->retry_reference)};
}

/* ---- Short answers ---- */

struct httpstatus_text httpstatus_phrase(int code)
{
    const struct httpstatus_status *row = httpstatus_lookup(code);

    return text_at(row ? row->fields[HTTPSTATUS_PHRASE] : 0);
}

struct httpstatus_text httpstatus_class_of(int code)
{
    return text_at(httpstatus_unknown(code)->fields[HTTPSTATUS_STATUS_CLASS]);
}

int httpstatus_effective(int code)
{
    const struct httpstatus_status *row = httpstatus_lookup(code);

    if (row && httpstatus_property(row, HTTPSTATUS_IS_OFFICIAL))
        return code;
    return code >= 100 && code <= 599 ? code / 100 * 100 : 500;
}

size_t httpstatus_constant_count(void)
{
    return sizeof constants / sizeof constants[0];
}

struct httpstatus_constant httpstatus_constant(size_t i)
{
    return (struct httpstatus_constant){text_at(constants[i].text), &rows[constants[i].row]};
}
