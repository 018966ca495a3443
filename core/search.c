/* Search: the rows that people mean by some words, best first. */
#include "rows.h"

#include "search_table.h"

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

enum { WORDS = HTTPSTATUS_SEARCH_WORDS, ALIKES = sizeof alike / sizeof alike[0] };

struct letters {
    char text[HTTPSTATUS_SEARCH_WORD];
    size_t size;
};

/* The words of one meaning: from 'start' up to 'end' in 'alike', which has them side by side. */
struct group {
    size_t start, end;
};

/* A word as it stands, small, and without its ending. */
struct word {
    struct letters whole, stem;
    struct group group;
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
    struct group not_group;
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

/* Of words that are not empty: most differ in their first letter, which is compared first. */
static bool is_same(const char *p, const char *other, size_t size)
{
    return *p == *other && memcmp(p, other, size) == 0;
}

/* Cuts what endings of English make of a word: limits, limited, limiting; deny, denied, denies. */
static size_t cut_ending(char *p, size_t size)
{
    static const char *const endings[] = {"ing", "ion", "ed", "ly"};

    if (size > 3 && p[size - 1] == 's' && p[size - 2] != 's')
        size--;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t length = strlen(endings[i]);
        if (size < length + 3 || !is_same(p + size - length, endings[i], length))
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
           is_same(search->alike[i].text, stem->text, stem->size);
}

static bool is_in_group(const struct search *search, const struct letters *stem, struct group group)
{
    for (size_t i = group.start; i < group.end; i++)
        if (is_alike(search, i, stem))
            return true;
    return false;
}

/* The first group that the word is in, or one without words. */
static struct group group_of(const struct search *search, const struct letters *stem)
{
    struct group group = {0, 0};
    size_t found = 0;

    while (found < ALIKES && !is_alike(search, found, stem))
        found++;
    for (size_t i = 0; found < ALIKES && i < ALIKES; i++) {
        group.start += alike[i].group < alike[found].group;
        group.end += alike[i].group <= alike[found].group;
    }
    return group;
}

static bool is_stop_word(const struct letters *word)
{
    size_t low = 0, high = sizeof stop_words / sizeof stop_words[0];

    while (low < high) {
        size_t middle = low + (high - low) / 2, size;
        int difference = word->text[0] - stop_words[middle][0];
        size = difference ? 0 : strlen(stop_words[middle]);
        if (difference == 0)
            difference =
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
    const char *end = size ? p + size : p, *start = p;
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
    search->numbered = httpstatus_find_number(start, size, &search->number);
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
        is_same(word->stem.text, other->stem.text, word->stem.size))
        return SAME;
    if (is_in_group(search, &other->stem, word->group))
        return ALIKE;
    for (size_t i = 0; word->whole.size >= 3 && i + word->whole.size <= other->whole.size; i++)
        if (is_same(word->whole.text, other->whole.text + i, word->whole.size))
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
        return httpstatus_field(row, HTTPSTATUS_PHRASE);
    if (i <= row->synonym_count)
        return httpstatus_synonym(row, i - 1);
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
        match_text(search, 0, httpstatus_field(row, places[i].field), true, &match);
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
    const struct httpstatus_status *rows = httpstatus_row(0);
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
        found[i] = httpstatus_row(candidates[i].row);
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
