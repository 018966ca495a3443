/* The table of status codes: look-ups, properties and search. */
#include "httpstatus.h"
#include "text.h"

enum { STORED = HTTPSTATUS_PROPERTIES - HTTPSTATUS_IS_INTERIM };

/* Texts are indices into text_start[]; 0 is the absent one. */
struct httpstatus_status {
    int16_t code;
    uint16_t substatus;
    uint8_t status_class;
    uint8_t rank; /* among rows that fit a search as well, the first 0 */
    uint16_t fields[HTTPSTATUS_FIELDS];
    int8_t answers[STORED];
    uint16_t answer_references[STORED];
    uint16_t retry_advice, retry_reference;
    uint16_t alias_first, alias_count;
    uint16_t synonym_first, synonym_count;
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

/* ---- What people paste ---- */

static bool is_alphanumeric(char c)
{
    return is_letter(c) || is_digit(c);
}

/* Whether a text begins with 'what' as a whole, what does not count left out of both. */
static bool begins_with(const char *p, size_t size, struct httpstatus_text what)
{
    size_t i = 0;

    for (size_t j = 0; j < what.size; j++) {
        if (is_ignored(what.data[j]))
            continue;
        while (i < size && is_ignored(p[i]))
            i++;
        if (i == size || to_lower(p[i++]) != to_lower(what.data[j]))
            return false;
    }
    return i == size || !is_alphanumeric(p[i]);
}

static bool holds(const char *p, size_t size, struct httpstatus_text what)
{
    for (size_t i = 0; i < size; i++)
        if ((i == 0 || !is_alphanumeric(p[i - 1])) && begins_with(p + i, size - i, what))
            return true;
    return false;
}

/* The word before p[at]; up to eight bytes may stand between that are no letters: 'HTTP/1.1 '. */
static struct httpstatus_text word_before(const char *p, size_t at)
{
    size_t end = at, start;

    while (end > 0 && at - end < 8 && !is_letter(p[end - 1]))
        end--;
    for (start = end; start > 0 && is_letter(p[start - 1]);)
        start--;
    return (struct httpstatus_text){p + start, end - start};
}

/* Whether the text before p[at] announces a status: "HTTP/1.1 ", "status=", npm's "E". */
static bool is_led(const char *p, size_t at)
{
    static const char *const leads[] = {"http", "status", "code", "error", "response"};
    struct httpstatus_text word = word_before(p, at);

    for (size_t i = 0; i < sizeof leads / sizeof leads[0]; i++) {
        size_t size = strlen(leads[i]);
        if (word.size >= size &&
            equal_ignoring_case(word.data + word.size - size, size, leads[i], size))
            return true;
    }
    return word.size == 1 && to_lower(*word.data) == 'e' && word.data + 1 == p + at;
}

/* No number within another (1.404, 12:404), no signed one, no path. */
static bool may_begin_number(const char *p, size_t at)
{
    if (at == 0)
        return true;
    switch (p[at - 1]) {
    case '.':
    case ',':
    case '/':
        return false;
    case ':':
        return at < 2 || !is_digit(p[at - 2]);
    case '-':
    case '+':
        return at >= 2 && is_letter(p[at - 2]);
    default:
        return !is_letter(p[at - 1]) || is_led(p, at);
    }
}

/* No number within another, no file (404.html), and none that counts something else (200 ms). */
static bool may_end_number(const char *p, size_t size, size_t at)
{
    static const char joins[] = {'.', ',', ':', '-', '/'};
    static const char *const units[] = {
        "b",     "byte", "bytes", "day",    "days",    "gb",      "hour",
        "hours", "kb",   "mb",    "min",    "minute",  "minutes", "ms",
        "px",    "s",    "sec",   "second", "seconds", "times",   "users",
    };
    size_t end;

    if (at == size)
        return true;
    if (is_alphanumeric(p[at]) || p[at] == '%')
        return false;
    if (at + 1 < size && is_digit(p[at + 1]) && memchr(joins, p[at], sizeof joins))
        return false;
    if (p[at] != ' ')
        return p[at] != '.' || at + 1 == size || !is_letter(p[at + 1]);
    for (end = ++at; end < size && is_letter(p[end]);)
        end++;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (equal_ignoring_case(p + at, end - at, units[i], strlen(units[i])))
            return false;
    return true;
}

/* A code in a text, with its sub-status, and the text of the two. */
struct number {
    int code, substatus;
    struct httpstatus_text digits, more;
};

enum { PASTED = 1024 }; /* bytes of a text in which a code is looked for */

/* The first known code that a word like 'status' leads to; without one the first known. */
static bool find_number(const char *p, size_t size, struct number *number)
{
    bool found = false;

    for (size_t i = 0; i < size && i < PASTED; i++) {
        struct number here = {0, 0, {p + i, 3}, {NULL, 0}};
        size_t at = i, first;
        if (!is_digit(p[i]) || (i > 0 && is_digit(p[i - 1])))
            continue;
        if (!read_number(p, size, &at, 999, &here.code) || at != i + 3 || !may_begin_number(p, i))
            continue;
        if (at + 1 < size && (p[at] == '.' || p[at] == ':') && is_digit(p[at + 1])) {
            here.more.data = p + ++at;
            if (!read_number(p, size, &at, 65535, &here.substatus))
                continue;
            here.more.size = (size_t)(p + at - here.more.data);
        }
        if (!may_end_number(p, size, at) || !httpstatus_variants(here.code, &first))
            continue;
        if (is_led(p, i)) {
            *number = here;
            return true;
        }
        if (!found)
            *number = here;
        found = true;
    }
    return found;
}

/*
 * The row of a code among words: that whose phrase or alias the text has, the longest; else that of
 * an owner whom it names; else the one that the number alone means.
 */
static const struct httpstatus_status *lookup_pasted(const char *p, size_t size, const char *owner,
                                                     size_t owner_size)
{
    const struct httpstatus_status *best = NULL, *named = NULL;
    struct number number;
    size_t first = 0, count, longest = 0, letters = 0;

    if (size > PASTED)
        size = PASTED;
    for (size_t i = 0; i < size; i++)
        letters += is_letter(p[i]);
    if (letters == 0 || !find_number(p, size, &number))
        return NULL;
    count = httpstatus_variants(number.code, &first);
    for (const struct httpstatus_status *row = rows + first; row < rows + first + count; row++) {
        if (row->substatus != number.substatus || (owner && !owned_by(row, owner, owner_size)))
            continue;
        for (size_t i = 0; i <= row->alias_count; i++) {
            struct httpstatus_text phrase = i ? httpstatus_alias(row, i - 1).phrase
                                              : text_at(row->fields[HTTPSTATUS_PHRASE]);
            if (phrase.size > longest && holds(p, size, phrase)) {
                longest = phrase.size;
                best = row;
            }
        }
        if (!named && holds(p, size, text_at(row->fields[HTTPSTATUS_OWNER])))
            named = row;
    }
    if (best || named)
        return best ? best : named;
    return httpstatus_find(number.code, number.substatus, owner, owner_size);
}

const struct httpstatus_status *httpstatus_lookup_text(const char *p, size_t size,
                                                       const char *owner, size_t owner_size)
{
    int code, substatus;

    for (; size && is_blank(*p); size--)
        p++;
    while (size && is_blank(p[size - 1]))
        size--;
    if (httpstatus_read_code(p, size, &code, &substatus))
        return httpstatus_find(code, substatus < 0 ? 0 : substatus, owner, owner_size);
    const struct httpstatus_status *row = lookup_name(p, size, owner, owner_size);
    return row ? row : lookup_pasted(p, size, owner, owner_size);
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

/* How well a word of a text fits a word that is searched for; it may also be longer by its end. */
enum { SAME = 0, ALIKE = 1, BEGINS = 1, INSIDE = 4, ABSENT = 255 };

/* What a word costs that is not in the saying by which a row is found, and what else does. */
enum {
    BY_OWNER = 1,
    IN_OTHER_SAYING = 4,
    IN_DESCRIPTION = 6,
    IN_EXPLANATION = 9,
    MISSING = 8,     /* a word that many rows have */
    MISSING_FEW = 4, /* the more, if at most FEW have it */
    FEW = 10,
    MISSING_RARE = 8, /* and if at most RARE have it */
    RARE = 2,
    EXTRA = 3,     /* a word of the saying that is not searched for */
    EXTRA_NOT = 6, /* 'not' and the like, which turn it into its opposite */
    EXTRA_MAX = 15,
    NO_WORD = 4, /* a saying without any of the words */
};

enum { WORDS = HTTPSTATUS_SEARCH_WORDS, ALIKES = sizeof alike / sizeof alike[0], NO_GROUP = 255 };

struct letters {
    char text[HTTPSTATUS_SEARCH_WORD];
    size_t size;
};

/* A word as it stands, small, and without its ending. */
struct word {
    struct letters whole, stem;
    uint8_t group;
};

struct search {
    struct word words[WORDS];
    size_t count;
    struct number number;
    bool numbered;
    struct { /* the words of 'alike' without their endings */
        char text[ALIKE_WORD];
        uint8_t size;
    } alike[ALIKES];
    uint8_t not_group;
};

/*
 * Moves past the next word: letters and digits, in which "'" does not count ("can't" is cant).  Its
 * size, 0 if there is none; no more of it is kept than has room.
 */
static size_t next_word(const char **p, const char *end, struct letters *word)
{
    size_t size = 0;

    while (*p < end && !is_alphanumeric(**p))
        ++*p;
    for (; *p < end && (is_alphanumeric(**p) || **p == '\''); ++*p) {
        if (**p == '\'')
            continue;
        if (size < HTTPSTATUS_SEARCH_WORD)
            word->text[size] = to_lower(**p);
        size++;
    }
    word->size = size < HTTPSTATUS_SEARCH_WORD ? size : HTTPSTATUS_SEARCH_WORD;
    return size;
}

/* Cuts what endings of English make of a word: limits, limited, limiting; deny, denied, denies. */
static size_t cut_ending(char *p, size_t size)
{
    static const char *const endings[] = {"ing", "ion", "ed", "ly"};

    if (size > 3 && p[size - 1] == 's' && p[size - 2] != 's')
        size--;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t length = strlen(endings[i]);
        if (size < length + 3 || memcmp(p + size - length, endings[i], length) != 0)
            continue;
        size -= length;
        break;
    }
    if (size > 3 && p[size - 1] == 'e')
        size--;
    if (size > 3 && p[size - 1] == 'y')
        p[size - 1] = 'i';
    if (size > 3 && p[size - 1] == p[size - 2])
        size--;
    return size;
}

static void set_stem(struct word *word)
{
    memcpy(word->stem.text, word->whole.text, word->whole.size);
    word->stem.size = cut_ending(word->stem.text, word->whole.size);
}

static bool is_alike(const struct search *search, size_t i, const struct letters *stem)
{
    return search->alike[i].size == stem->size &&
           memcmp(search->alike[i].text, stem->text, stem->size) == 0;
}

static bool is_in_group(const struct search *search, const struct letters *stem, uint8_t group)
{
    for (size_t i = 0; group != NO_GROUP && i < ALIKES && alike[i].group <= group; i++)
        if (alike[i].group == group && is_alike(search, i, stem))
            return true;
    return false;
}

static uint8_t group_of(const struct search *search, const struct letters *stem)
{
    for (size_t i = 0; i < ALIKES; i++)
        if (is_alike(search, i, stem))
            return alike[i].group;
    return NO_GROUP;
}

static bool is_stop_word(const struct letters *word)
{
    size_t low = 0, high = sizeof stop_words / sizeof stop_words[0];

    while (low < high) {
        size_t middle = low + (high - low) / 2, size = strlen(stop_words[middle]);
        int difference =
            memcmp(word->text, stop_words[middle], word->size < size ? word->size : size);
        if (difference == 0 && word->size == size)
            return true;
        if (difference > 0 || (difference == 0 && word->size > size))
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* Whether nothing but stop words is in a text, which count then. */
static bool is_all_stop_words(struct httpstatus_text text)
{
    const char *p = text.data;
    struct letters word;

    while (text.size && next_word(&p, text.data + text.size, &word))
        if (!is_stop_word(&word))
            return false;
    return true;
}

/* The words of a search; 0, or the result that says why there are none. */
static size_t read_words(struct search *search, const char *p, size_t size)
{
    const char *end = p + size, *start = p;
    struct letters word;
    size_t length, count = 0;
    bool all;

    for (const char *at = p; size && (length = next_word(&at, end, &word)) > 0; count++) {
        if (length > HTTPSTATUS_SEARCH_WORD)
            return HTTPSTATUS_SEARCH_LONG_WORD;
        if (count == WORDS)
            return HTTPSTATUS_SEARCH_MANY_WORDS;
    }
    for (size_t i = 0; i < ALIKES; i++) {
        size_t letters = strlen(alike[i].word);
        memcpy(search->alike[i].text, alike[i].word, letters);
        search->alike[i].size = (uint8_t)cut_ending(search->alike[i].text, letters);
    }
    search->not_group = group_of(search, &(struct letters){"not", 3});
    search->numbered = find_number(start, size, &search->number);
    search->count = 0;
    all = is_all_stop_words((struct httpstatus_text){start, size});
    while (count-- > 0) {
        struct word *next = &search->words[search->count];
        next_word(&p, end, &next->whole);
        if (!all && is_stop_word(&next->whole))
            continue;
        set_stem(next);
        next->group = group_of(search, &next->stem);
        search->count++;
    }
    return 0;
}

static uint8_t compare_words(const struct search *search, const struct word *word,
                             const struct word *other)
{
    if (word->stem.size == other->stem.size &&
        memcmp(word->stem.text, other->stem.text, word->stem.size) == 0)
        return SAME;
    if (is_in_group(search, &other->stem, word->group))
        return ALIKE;
    for (size_t i = 0; word->whole.size >= 3 && i + word->whole.size <= other->whole.size; i++)
        if (memcmp(word->whole.text, other->whole.text + i, word->whole.size) == 0)
            return i == 0 ? BEGINS : INSIDE;
    return ABSENT;
}

/* The words of a search in a text. */
struct match {
    uint8_t best[WORDS];
    int words, extra; /* of the text, but stop words; what those cost that are not searched for */
};

/* 'wanted' has a bit for each word that is searched for. */
static void match_text(const struct search *search, uint32_t wanted, struct httpstatus_text text,
                       bool with_stop_words, struct match *match)
{
    const char *p = text.data;
    struct word word;

    memset(match->best, ABSENT, sizeof match->best);
    match->words = match->extra = 0;
    while (text.size && next_word(&p, text.data + text.size, &word.whole)) {
        uint8_t best = ABSENT;
        if (!with_stop_words && is_stop_word(&word.whole))
            continue;
        set_stem(&word);
        for (size_t i = 0; i < search->count; i++) {
            uint8_t fit = compare_words(search, &search->words[i], &word);
            if (fit < match->best[i])
                match->best[i] = fit;
            if (wanted >> i & 1 && fit < best)
                best = fit;
        }
        match->words++;
        if (best == ABSENT)
            match->extra += is_in_group(search, &word.stem, search->not_group) ? EXTRA_NOT : EXTRA;
    }
}

/* What a row is called: its phrase, synonyms and aliases; one at least, if only an absent text. */
static size_t saying_count(const struct httpstatus_status *row)
{
    return 1u + row->synonym_count + row->alias_count;
}

static struct httpstatus_text saying_at(const struct httpstatus_status *row, size_t i)
{
    if (i == 0)
        return text_at(row->fields[HTTPSTATUS_PHRASE]);
    if (i <= row->synonym_count)
        return text_at(synonyms[row->synonym_first + i - 1]);
    return httpstatus_alias(row, i - 1 - row->synonym_count).phrase;
}

static void match_saying(const struct search *search, uint32_t wanted,
                         const struct httpstatus_status *row, size_t i, struct match *match)
{
    struct httpstatus_text saying = saying_at(row, i);

    match_text(search, wanted, saying, is_all_stop_words(saying), match);
}

static void add_costs(const struct search *search, uint8_t *costs, const struct match *match,
                      int place)
{
    for (size_t i = 0; i < search->count; i++)
        if (match->best[i] != ABSENT && match->best[i] + place < costs[i])
            costs[i] = (uint8_t)(match->best[i] + place);
}

/* What each word costs in a row wherever it stands; a bit for each that a saying has. */
static uint32_t place_words(const struct search *search, const struct httpstatus_status *row,
                            uint8_t *costs)
{
    static const struct {
        enum httpstatus_field field;
        int place;
    } places[] = {
        {HTTPSTATUS_OWNER, BY_OWNER},
        {HTTPSTATUS_DESCRIPTION, IN_DESCRIPTION},
        {HTTPSTATUS_EXPLANATION, IN_EXPLANATION},
    };
    uint32_t said = 0;
    struct match match;

    memset(costs, ABSENT, WORDS);
    for (size_t i = 0; i < saying_count(row); i++) {
        match_saying(search, 0, row, i, &match);
        add_costs(search, costs, &match, IN_OTHER_SAYING);
    }
    for (size_t i = 0; i < search->count; i++)
        said |= (uint32_t)(costs[i] != ABSENT) << i;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        match_text(search, 0, text_at(row->fields[places[i].field]), true, &match);
        add_costs(search, costs, &match, places[i].place);
    }
    return said;
}

/* What is known of a row that may be found. */
struct candidate {
    uint16_t row, cost;
    uint8_t most;   /* of the words, in one saying */
    uint8_t wanted; /* words */
    bool found;     /* whatever the others have */
};

static uint32_t words_of_number(const struct search *search)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < search->count; i++) {
        const struct letters *word = &search->words[i].whole;
        if (equal_ignoring_case(word->text, word->size, search->number.digits.data, 3) ||
            (search->number.more.size &&
             equal_ignoring_case(word->text, word->size, search->number.more.data,
                                 search->number.more.size)))
            bits |= (uint32_t)1 << i;
    }
    return bits;
}

/*
 * A row by the saying that fits best.  It is found if it has all words somewhere, or if a whole
 * saying of two words, or a synonym, is among them.
 */
static struct candidate judge(const struct search *search, const struct httpstatus_status *row,
                              uint32_t wanted, const uint8_t *costs, const uint8_t *missing)
{
    struct candidate candidate = {(uint16_t)httpstatus_index(row), UINT16_MAX, 0, 0, wanted != 0};

    for (size_t i = 0; i < search->count; i++) {
        candidate.wanted = (uint8_t)(candidate.wanted + (wanted >> i & 1));
        if (wanted >> i & 1 && costs[i] == ABSENT)
            candidate.found = false;
    }
    if (wanted == 0)
        candidate.cost = 0;
    for (size_t i = 0; i < saying_count(row) && wanted; i++) {
        struct match match;
        match_saying(search, wanted, row, i, &match);
        int cost = row->rank + (i > row->synonym_count), fitting = 0;
        for (size_t j = 0; j < search->count; j++) {
            if (!(wanted >> j & 1))
                continue;
            fitting += match.best[j] != ABSENT;
            cost += match.best[j] != ABSENT ? match.best[j]
                    : costs[j] != ABSENT    ? costs[j]
                                            : missing[j];
        }
        if (fitting && !match.extra && (match.words > 1 || (i && i <= row->synonym_count)))
            candidate.found = true;
        cost += match.extra < EXTRA_MAX ? match.extra : EXTRA_MAX;
        cost += fitting ? 0 : NO_WORD;
        if (fitting > candidate.most)
            candidate.most = (uint8_t)fitting;
        if (cost < candidate.cost)
            candidate.cost = (uint16_t)cost;
    }
    return candidate;
}

/* More than any words can cost: rows of the number that is searched for come before others. */
enum { NOT_OF_THE_CODE = 4096, NOT_OF_THE_SUBSTATUS = 2048 };

static size_t rank_rows(const struct search *search, struct candidate *candidates)
{
    uint8_t costs[ROWS][WORDS], missing[WORDS];
    uint32_t digits = search->numbered ? words_of_number(search) : 0;
    const uint32_t every = UINT32_MAX >> (WORDS - search->count);
    size_t having[WORDS] = {0}, count = 0;
    uint8_t most = 0;

    for (size_t i = 0; i < ROWS; i++) {
        uint32_t said = place_words(search, &rows[i], costs[i]);
        for (size_t j = 0; j < search->count; j++)
            having[j] += said >> j & 1;
    }
    for (size_t j = 0; j < search->count; j++)
        missing[j] = MISSING + (having[j] <= RARE  ? MISSING_RARE
                                : having[j] <= FEW ? MISSING_FEW
                                                   : 0);
    for (size_t i = 0; i < ROWS; i++) {
        bool of_code = search->numbered && rows[i].code == search->number.code;
        struct candidate *c = &candidates[i];
        *c = judge(search, &rows[i], every & ~(of_code ? digits : 0), costs[i], missing);
        if (of_code)
            c->found = true;
        if (search->numbered && !(of_code && rows[i].substatus == search->number.substatus))
            c->cost = (uint16_t)(c->cost + (of_code ? NOT_OF_THE_SUBSTATUS : NOT_OF_THE_CODE));
        if (c->most > most)
            most = c->most;
    }
    for (size_t i = 0; i < ROWS; i++) {
        struct candidate c = candidates[i];
        size_t at = count;
        if (!c.found && !(most && c.most == most && 2 * most >= c.wanted))
            continue;
        for (; at > 0 && candidates[at - 1].cost > c.cost; at--)
            candidates[at] = candidates[at - 1];
        candidates[at] = c;
        count++;
    }
    return count;
}

size_t httpstatus_search(const char *p, size_t size, const struct httpstatus_status **found,
                         size_t capacity)
{
    struct candidate candidates[ROWS];
    struct search search;
    size_t count, wrong = read_words(&search, p, size);

    if (wrong || search.count == 0)
        return wrong;
    count = rank_rows(&search, candidates);
    for (size_t i = 0; i < count && i < capacity; i++)
        found[i] = &rows[candidates[i].row];
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
