/* The table of status codes: look-ups, properties and search. */
#include "httpstatus.h"
#include "text.h"

enum { STORED = HTTPSTATUS_PROPERTIES - HTTPSTATUS_IS_INTERIM };

/* Texts are indices into text_start[]; 0 is the absent one. */
struct httpstatus_status {
    int16_t code;
    uint16_t substatus;
    uint8_t status_class;
    uint16_t fields[HTTPSTATUS_FIELDS];
    int8_t answers[STORED];
    uint16_t answer_references[STORED];
    uint16_t retry_advice, retry_reference;
    uint16_t alias_first, alias_count;
    uint16_t header_first, header_count;
};

#include "status_table.h"

enum { ROWS = sizeof rows / sizeof rows[0] };

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
    return ROWS;
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
    if (code < 0 || code > HTTPSTATUS_STATUS_MAX)
        return 0;
    *first = code_first[code];
    return (size_t)code_first[code + 1] - code_first[code];
}

const struct httpstatus_status *httpstatus_lookup(int code)
{
    size_t first;

    return httpstatus_variants(code, &first) ? &rows[first] : NULL;
}

static bool owned_by(const struct httpstatus_status *row, const char *owner, size_t size)
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
        if (row->substatus == substatus && (!owner || owned_by(row, owner, owner_size)))
            return row;
    }
    return NULL;
}

/* What does not count in a phrase, name or alias: data/generate.py folds in the same way. */
static bool is_ignored(char c)
{
    return c == ' ' || c == '-' || c == '_' || c == '\'';
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
        if (!owner || owned_by(row, owner, owner_size))
            return row;
    }
    return NULL;
}

/*
 * Reads digits at p[*at] into '*value' and moves past them.  false if there is none or the value
 * does not fit in 'max', which leaves no room for overflow.
 */
static bool read_number(const char *p, size_t size, size_t *at, int max, int *value)
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
    if (!read_number(p, size, &i, 999, code) || i > 3)
        return false;
    if (i == size)
        return true;
    if (p[i] != '.' && p[i] != ':')
        return false;
    i++;
    return read_number(p, size, &i, 65535, substatus) && i == size;
}

const struct httpstatus_status *httpstatus_lookup_text(const char *p, size_t size,
                                                       const char *owner, size_t owner_size)
{
    int code, substatus;

    for (; size && is_blank(*p); size--)
        p++;
    while (size && is_blank(p[size - 1]))
        size--;
    if (!httpstatus_read_code(p, size, &code, &substatus))
        return lookup_name(p, size, owner, owner_size);
    return httpstatus_find(code, substatus < 0 ? 0 : substatus, owner, owner_size);
}

static bool is_row_of(const struct httpstatus_status *row, const struct httpstatus_query *query)
{
    if (query->status_class && row->status_class != query->status_class)
        return false;
    if (query->owner.data && !owned_by(row, query->owner.data, query->owner.size))
        return false;
    bool official = httpstatus_property(row, HTTPSTATUS_IS_OFFICIAL) == HTTPSTATUS_YES;
    return query->official == 0 || official == (query->official > 0);
}

const struct httpstatus_status *httpstatus_next(const struct httpstatus_query *query,
                                                const struct httpstatus_status *row)
{
    for (row = row ? row + 1 : rows; row < rows + ROWS; row++)
        if (is_row_of(row, query))
            return row;
    return NULL;
}

const struct httpstatus_status *httpstatus_unknown(int code)
{
    return &unknown[code >= 100 && code <= 599 ? code / 100 : 0];
}

/* ---- Search ---- */

enum { BEGINS, INSIDE, IN_ALIAS, IN_TEXT, NOWHERE };

static int find_word(const char *word, size_t size, struct httpstatus_text in)
{
    int best = NOWHERE;

    for (size_t i = 0; best != BEGINS && i + size <= in.size; i++) {
        if (!equal_ignoring_case(in.data + i, size, word, size))
            continue;
        best = i == 0 || !(is_letter(in.data[i - 1]) || is_digit(in.data[i - 1])) ? BEGINS : INSIDE;
    }
    return best;
}

static int word_cost(const struct httpstatus_status *row, const char *word, size_t size)
{
    int phrase = find_word(word, size, text_at(row->fields[HTTPSTATUS_PHRASE]));
    int name = find_word(word, size, text_at(row->fields[HTTPSTATUS_NAME]));

    if (phrase != NOWHERE || name != NOWHERE)
        return phrase < name ? phrase : name;
    for (size_t i = 0; i < row->alias_count; i++)
        if (find_word(word, size, httpstatus_alias(row, i).phrase) != NOWHERE)
            return IN_ALIAS;
    if (find_word(word, size, text_at(row->fields[HTTPSTATUS_DESCRIPTION])) != NOWHERE ||
        find_word(word, size, text_at(row->fields[HTTPSTATUS_EXPLANATION])) != NOWHERE)
        return IN_TEXT;
    return NOWHERE;
}

enum { COST_MAX = 254, NO_MATCH = 255 };

/* The words of a search, a blank between two of them. */
struct words {
    char text[HTTPSTATUS_SEARCH_WORDS * (HTTPSTATUS_SEARCH_WORD + 1)];
    size_t size;
};

/* 0, or the result that says why these are no words to search for. */
static size_t read_words(struct words *words, const char *p, size_t size)
{
    words->size = 0;
    for (int count = 0;; count++) {
        size_t length = 0;
        for (; size && is_blank(*p); size--)
            p++;
        while (length < size && length <= HTTPSTATUS_SEARCH_WORD && !is_blank(p[length]))
            length++;
        if (length == 0)
            return 0;
        if (length > HTTPSTATUS_SEARCH_WORD)
            return HTTPSTATUS_SEARCH_LONG_WORD;
        if (count == HTTPSTATUS_SEARCH_WORDS)
            return HTTPSTATUS_SEARCH_MANY_WORDS;
        if (count)
            words->text[words->size++] = ' ';
        memcpy(words->text + words->size, p, length);
        words->size += length;
        p += length;
        size -= length;
    }
}

static uint8_t search_cost(const struct httpstatus_status *row, const struct words *words)
{
    int cost = 1;
    const char *end = words->text + words->size;

    if (row->fields[HTTPSTATUS_PHRASE] &&
        compare_folded(words->text, words->size, text_at(row->fields[HTTPSTATUS_PHRASE])) == 0)
        return 0;
    for (const char *word = words->text; word < end;) {
        const char *stop = memchr(word, ' ', (size_t)(end - word));
        if (!stop)
            stop = end;
        int more = word_cost(row, word, (size_t)(stop - word));
        if (more == NOWHERE)
            return NO_MATCH;
        cost = cost + more < COST_MAX ? cost + more : COST_MAX;
        word = stop + (stop < end);
    }
    return (uint8_t)cost;
}

size_t httpstatus_search(const char *p, size_t size, const struct httpstatus_status **found,
                         size_t capacity)
{
    uint8_t costs[ROWS];
    struct words words;
    size_t count = 0, wrong = read_words(&words, p, size);

    if (wrong || words.size == 0)
        return wrong;
    for (size_t i = 0; i < ROWS; i++)
        costs[i] = search_cost(&rows[i], &words);
    for (int cost = 0; cost < NO_MATCH; cost++)
        for (size_t i = 0; i < ROWS; i++)
            if (costs[i] == cost && count++ < capacity)
                found[count - 1] = &rows[i];
    return count;
}

const char *httpstatus_search_error(size_t result)
{
    switch (result) {
    case HTTPSTATUS_SEARCH_LONG_WORD:
        return "words of at most 128 bytes";
    case HTTPSTATUS_SEARCH_MANY_WORDS:
        return "at most 32 words";
    default:
        return NULL;
    }
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

struct httpstatus_retry httpstatus_retry(const struct httpstatus_status *row)
{
    return (struct httpstatus_retry){text_at(row->retry_advice), text_at(row->retry_reference)};
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
