/*
 * Fuzz target: a text.  An input is lines: the text, a word to go with it (an
 * owner, a method, a knob's value), and more (methods, URLs).  Every function
 * that takes a text gets them, and its answers are compared with plain
 * implementations of what core/httpstatus*.h promise.
 */
#include <limits.h>

#include "fuzz.h"
#include "readers.h"

enum { ROWS = 2000, STEPS = 300, URLS = 16 };

/* ---- Plain implementations ---- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool equal(struct httpstatus_text a, struct httpstatus_text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static bool equal_ignoring_case(struct httpstatus_text a, struct httpstatus_text b)
{
    bool same = a.size == b.size;

    for (size_t i = 0; same && i < a.size; i++)
        same = lower(a.data[i]) == lower(b.data[i]);
    return same;
}

static struct httpstatus_text text_of(const char *p)
{
    return (struct httpstatus_text){p, strlen(p)};
}

static bool is_word(struct httpstatus_text text, const char *word)
{
    return equal(text, text_of(word));
}

static struct httpstatus_text trimmed(struct httpstatus_text text)
{
    while (text.size && is_blank(*text.data))
        text.data++, text.size--;
    while (text.size && is_blank(text.data[text.size - 1]))
        text.size--;
    return text;
}

/* Letter case, blanks, '-', '_' and "'" do not count. */
static bool equal_folded(struct httpstatus_text a, struct httpstatus_text b)
{
    size_t i = 0, j = 0;

    if (!a.data || !b.data)
        return false;
    for (;; i++, j++) {
        while (i < a.size && a.data[i] && strchr(" -_'", a.data[i]))
            i++;
        while (j < b.size && b.data[j] && strchr(" -_'", b.data[j]))
            j++;
        if (i == a.size || j == b.size)
            return i == a.size && j == b.size;
        if (lower(a.data[i]) != lower(b.data[j]))
            return false;
    }
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

static bool is_in_word(struct httpstatus_text text, size_t at)
{
    char c = at < text.size ? text.data[at] : ' ';

    return is_letter(c) || is_digit(c) || c == '\'';
}

/* Whether a text has the word, and not only as a part of another. */
static bool holds(struct httpstatus_text text, struct httpstatus_text word)
{
    for (size_t i = 0; i + word.size <= text.size; i++)
        if (equal_ignoring_case((struct httpstatus_text){text.data + i, word.size}, word) &&
            (i == 0 || !is_in_word(text, i - 1)) && !is_in_word(text, i + word.size))
            return true;
    return false;
}

/* "404", "403.14" or "404:1" */
static bool read_code(struct httpstatus_text text, int *code, int *substatus)
{
    char digits[64];
    size_t first = 0;

    *substatus = -1;
    while (first < text.size && text.data[first] >= '0' && text.data[first] <= '9')
        first++;
    if (first < 1 || first > 3)
        return false;
    memcpy(digits, text.data, first);
    digits[first] = '\0';
    *code = atoi(digits);
    if (first == text.size)
        return true;
    if (!strchr(".:", text.data[first]) || text.data[first] == '\0' || ++first == text.size)
        return false;
    for (*substatus = 0; first < text.size; first++) {
        char c = text.data[first];
        if (c < '0' || c > '9' || (*substatus = *substatus * 10 + (c - '0')) > 65535)
            return false;
    }
    return true;
}

static bool is_token(struct httpstatus_text text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~' ||
            strchr("\"(),/:;<=>?@[\\]{}", text.data[i]))
            return false;
    return text.size > 0;
}

/* ---- Rows ---- */

static bool is_named(const struct httpstatus_status *row, struct httpstatus_text name)
{
    if (equal_folded(httpstatus_field(row, HTTPSTATUS_PHRASE), name) ||
        equal_folded(httpstatus_field(row, HTTPSTATUS_NAME), name))
        return true;
    for (size_t i = 0; i < httpstatus_alias_count(row); i++)
        if (equal_folded(httpstatus_alias(row, i).phrase, name))
            return true;
    return false;
}

static bool any_is_named(struct httpstatus_text name)
{
    for (size_t i = 0; i < httpstatus_row_count(); i++)
        if (is_named(httpstatus_row(i), name))
            return true;
    return false;
}

/* Whether a text has the number of a row in three digits among letters: what it may be found by. */
static bool is_pasted(const struct httpstatus_status *row, struct httpstatus_text text)
{
    char number[32];
    size_t size = text.size < 1024 ? text.size : 1024, length;
    bool letters = false, found = false;

    snprintf(number, sizeof number, "%03d", httpstatus_code(row));
    length = strlen(number);
    for (size_t i = 0; i < size; i++) {
        letters = letters || is_letter(text.data[i]);
        if (i + length > size || memcmp(text.data + i, number, length) != 0)
            continue;
        size_t end = i + length;
        if ((i > 0 && is_digit(text.data[i - 1])) || (end < size && is_digit(text.data[end])))
            continue;
        int substatus = 0;
        if (end + 1 < size && strchr(".:", text.data[end]) && text.data[end])
            while (++end < size && is_digit(text.data[end]) && substatus <= 65535)
                substatus = substatus * 10 + (text.data[end] - '0');
        found = found || substatus == httpstatus_substatus(row);
    }
    return letters && found;
}

static void check_lookup(struct httpstatus_text text, struct httpstatus_text word)
{
    int code = -7, substatus = -7, own_code = -7, own_substatus = -7;
    struct httpstatus_text inside = trimmed(text);
    bool is_code = httpstatus_read_code(text.data, text.size, &code, &substatus);
    const struct httpstatus_status *row, *owned;

    REQUIRE(is_code == read_code(text, &own_code, &own_substatus));
    REQUIRE(!is_code || (code == own_code && substatus == own_substatus));
    row = httpstatus_lookup_text(text.data, text.size, NULL, 0);
    owned = httpstatus_lookup_text(text.data, text.size, word.data, word.size);
    if (is_word(inside, "-1")) {
        REQUIRE(row && row == httpstatus_lookup(-1));
        REQUIRE(owned == httpstatus_find(-1, 0, word.data, word.size));
    } else if (read_code(inside, &code, &substatus)) {
        substatus = substatus < 0 ? 0 : substatus;
        REQUIRE(row == httpstatus_find(code, substatus, NULL, 0));
        REQUIRE(owned == httpstatus_find(code, substatus, word.data, word.size));
    } else {
        if (any_is_named(inside))
            REQUIRE(row && is_named(row, inside));
        else
            REQUIRE(!row || is_pasted(row, inside));
        REQUIRE(!owned || is_named(owned, inside) || is_pasted(owned, inside));
        if (!row || !is_named(row, inside)) /* words may choose another row of the same number */
            return;
    }
    if (owned) {
        REQUIRE(row && equal_ignoring_case(httpstatus_field(owned, HTTPSTATUS_OWNER), word));
    } else if (row) {
        REQUIRE(!equal_ignoring_case(httpstatus_field(row, HTTPSTATUS_OWNER), word));
    }
}

static bool row_holds(const struct httpstatus_status *row, struct httpstatus_text word)
{
    if (holds(httpstatus_field(row, HTTPSTATUS_PHRASE), word) ||
        holds(httpstatus_field(row, HTTPSTATUS_NAME), word) ||
        holds(httpstatus_field(row, HTTPSTATUS_DESCRIPTION), word) ||
        holds(httpstatus_field(row, HTTPSTATUS_EXPLANATION), word))
        return true;
    for (size_t i = 0; i < httpstatus_alias_count(row); i++)
        if (holds(httpstatus_alias(row, i).phrase, word))
            return true;
    return false;
}

/* The next word of a search: letters and digits, what "'" joins in one.  NULL data: no more. */
static struct httpstatus_text next_word(struct httpstatus_text *rest, size_t *size)
{
    struct httpstatus_text word = {NULL, 0};

    while (rest->size && !is_letter(*rest->data) && !is_digit(*rest->data))
        rest->data++, rest->size--;
    *size = 0;
    while (rest->size && (is_letter(*rest->data) || is_digit(*rest->data) || *rest->data == '\'')) {
        if (!word.data)
            word.data = rest->data;
        word.size++;
        *size += *rest->data != '\'';
        rest->data++, rest->size--;
    }
    return word;
}

/* Whether a row has all words in its texts, each of three letters at least: it must be found. */
static bool has_all(const struct httpstatus_status *row, struct httpstatus_text words)
{
    struct httpstatus_text word;
    size_t size, count = 0;

    for (; (word = next_word(&words, &size)).data; count++)
        if (size < 3 || size != word.size || !row_holds(row, word))
            return false;
    return count > 0;
}

/* The result for words that are too long or too many, else 0. */
static size_t refusal(struct httpstatus_text words)
{
    size_t size;

    for (int count = 0; next_word(&words, &size).data; count++) {
        if (size > HTTPSTATUS_SEARCH_WORD)
            return HTTPSTATUS_SEARCH_LONG_WORD;
        if (count == HTTPSTATUS_SEARCH_WORDS)
            return HTTPSTATUS_SEARCH_MANY_WORDS;
    }
    return 0;
}

static void check_search(struct httpstatus_text text)
{
    static const struct httpstatus_status *rows[ROWS];
    const struct httpstatus_status *few[3];
    static bool seen[ROWS];
    size_t count = httpstatus_search(text.data, text.size, rows, ROWS);

    if (refusal(text)) {
        REQUIRE(count == refusal(text) && httpstatus_search_error(count));
        return;
    }
    REQUIRE(!httpstatus_search_error(count));
    memset(seen, 0, sizeof seen);
    REQUIRE(count <= httpstatus_row_count());
    for (size_t i = 0; i < count; i++) {
        REQUIRE(!seen[httpstatus_index(rows[i])]);
        seen[httpstatus_index(rows[i])] = true;
    }
    for (size_t i = 0; i < httpstatus_row_count(); i++)
        REQUIRE(seen[i] || !has_all(httpstatus_row(i), text));
    REQUIRE(httpstatus_search(text.data, text.size, few, 3) == count);
    for (size_t i = 0; i < 3 && i < count; i++)
        REQUIRE(few[i] == rows[i]);
}

static void check_statuses(struct httpstatus_text word)
{
    struct httpstatus_query query = {(int)chance(7), word, (int)chance(3) - 1};
    const struct httpstatus_status *row = NULL, *before = NULL;

    while ((row = httpstatus_next(&query, row)) != NULL) {
        REQUIRE(equal_ignoring_case(httpstatus_field(row, HTTPSTATUS_OWNER), word));
        REQUIRE(!before || before < row);
        before = row;
    }
}

static void check_number(int code)
{
    size_t first = 0, count = httpstatus_variants(code, &first);
    struct httpstatus_text status_class = httpstatus_class_of(code);
    int effective = httpstatus_effective(code);

    char pasted[40];

    REQUIRE((httpstatus_lookup(code) != NULL) == (count > 0));
    snprintf(pasted, sizeof pasted, "status %03d", code);
    REQUIRE(code < 0 || httpstatus_lookup_text(pasted, strlen(pasted), NULL, 0) ==
                            httpstatus_find(code, 0, NULL, 0));
    for (size_t i = 0; i < count; i++)
        REQUIRE(httpstatus_code(httpstatus_row(first + i)) == code);
    REQUIRE((status_class.data != NULL) == (code >= 100 && code <= 599));
    REQUIRE(!status_class.data || status_class.data[0] == '0' + code / 100);
    REQUIRE(effective == code || effective == (status_class.data ? code / 100 * 100 : 500));
    REQUIRE(httpstatus_code(httpstatus_unknown(code)) == -1);
}

/* ---- Filters ---- */

static void check_filter(struct httpstatus_text text)
{
    struct httpstatus_filter filter = {0}, none = {0};
    enum httpstatus_property property;
    int code = 0, substatus;
    const bool is_code = read_code(text, &code, &substatus);
    const bool is_class = text.size == 3 && text.data[0] >= '1' && text.data[0] <= '5' &&
                          memcmp(text.data + 1, "xx", 2) == 0;
    const bool is_property = httpstatus_property_find(text.data, text.size, &property);
    const bool is_kind = is_word(text, "no_status") || is_word(text, "unmatched");
    const bool is_set = is_word(text, "error") || is_word(text, "redirect");
    const bool added = httpstatus_filter_add(&filter, text.data, text.size);

    REQUIRE(added == (is_code || is_class || is_property || is_kind || is_set));
    REQUIRE(added || memcmp(&filter, &none, sizeof none) == 0);
    if (is_property)
        REQUIRE(is_word(text, httpstatus_property_name(property)));
    for (int i = HTTPSTATUS_SKIPPED; i < 40; i++) {
        const int status = i < 0    ? i
                           : i < 9  ? i * 100 + (int)chance(100)
                           : i < 12 ? code + i - 10
                                    : (int)chance(1000);
        const bool wants = httpstatus_filter_wants(&filter, status, 14);
        if (is_code)
            REQUIRE(wants == (status == code && (substatus < 0 || substatus == 14)));
        if (is_class)
            REQUIRE(wants == (status >= 0 && status / 100 == text.data[0] - '0'));
        if (is_kind)
            REQUIRE(wants == (status == (is_word(text, "unmatched") ? HTTPSTATUS_UNMATCHED
                                                                    : HTTPSTATUS_NO_STATUS)));
        filter.invert = true;
        REQUIRE(httpstatus_filter_wants(&filter, status, 14) != wants);
        filter.invert = false;
    }
}

/* ---- Format strings ---- */

/* A byte that no text of the locator contains, so that it can be in any field. */
static char filler_of(const struct locator *locator)
{
    for (char c = 'a'; c <= 'z'; c++)
        if (!memchr(locator->text, c, locator->text_size))
            return c;
    return '\0';
}

/* A line that follows the format string is read as the string says. */
static void check_record(const struct httpstatus_options *options)
{
    static struct httpstatus_scanner scanner;
    const struct locator *locator = locator_of(options);
    char line[2 * HTTPSTATUS_LOCATOR_TEXT + 16], filler = filler_of(locator), *exact;
    size_t size = 0, used;
    struct httpstatus_line found;

    if (!filler)
        return;
    for (size_t i = 0; i < locator->step_count; i++) {
        if (i || !locator->anchored)
            line[size++] = filler;
        memcpy(line + size, locator->text + locator->steps[i].start, locator->steps[i].size);
        size += locator->steps[i].size;
    }
    memcpy(line + size, "404", 3);
    size += 3;
    if (locator->has_stop && !locator->from_end)
        line[size++] = (char)locator->stop;
    for (size_t i = locator->behind; locator->from_end && i < locator->text_size; i++)
        line[size++] = locator->loops[i - locator->behind] & 8192
                           ? '1' /* the first byte of a list */
                           : locator->text[i];
    exact = copy(line, size);
    REQUIRE(httpstatus_scanner_init(&scanner, options, NULL));
    REQUIRE(httpstatus_scan(&scanner, exact, size, &found, 1, &used) == 0 && used == size);
    REQUIRE(httpstatus_finish(&scanner, &found, 1) == 1);
    REQUIRE(found.status == 404 && found.start == 0 && found.end == size);
    drop(exact);
}

static void check_format(struct httpstatus_text text)
{
    struct httpstatus_options options = {0};
    struct httpstatus_format_error error = {99, "untouched"};
    enum httpstatus_format format = httpstatus_format(text.data, text.size);
    const bool usable = httpstatus_options_format(&options, text.data, text.size, &error);

    if (format != HTTPSTATUS_FORMAT_NONE)
        REQUIRE(is_word(text, httpstatus_format_name(format)));
    if (format != HTTPSTATUS_FORMAT_NONE && format != HTTPSTATUS_CUSTOM) {
        REQUIRE(usable && options.format == format);
        return;
    }
    REQUIRE(options.format == HTTPSTATUS_CUSTOM && locator_of(&options)->ready == usable);
    if (!usable) {
        bool directive = text.size &&
                         (memchr(text.data, '%', text.size) || memchr(text.data, '$', text.size));
        REQUIRE((error.message != NULL) == directive);
        REQUIRE(!directive || (error.column >= 1 && error.column <= text.size + 1));
        return;
    }
    REQUIRE(error.message == NULL && locator_of(&options)->step_count <= HTTPSTATUS_LOCATOR_STEPS);
    REQUIRE(locator_of(&options)->text_size <= HTTPSTATUS_LOCATOR_TEXT);
    check_record(&options);
}

/* ---- Redirects ---- */

static struct httpstatus_policy policy_of(struct httpstatus_text text, struct httpstatus_text word)
{
    static const char *const knobs[] = {"others",        "rewrite_301", "rewrite_302",
                                        "rewrite_303",   "head_on_303", "body_301_303",
                                        "unsafe_307_308"};
    const struct httpstatus_policy *named = httpstatus_policy(text.data, text.size);
    struct httpstatus_policy policy;
    size_t names = 0;

    while (httpstatus_policy_name(names)) {
        const char *name = httpstatus_policy_name(names++);
        REQUIRE(httpstatus_policy(name, strlen(name)));
        REQUIRE((named != NULL) || !is_word(text, name));
    }
    const char *name = httpstatus_policy_name(chance(names));
    policy = named ? *named : *httpstatus_policy(name, strlen(name));
    for (size_t i = 0; i < sizeof knobs / sizeof knobs[0]; i++) {
        struct httpstatus_text values = text_of(httpstatus_policy_values(knobs[i]));
        bool listed = false, turned = chance(2);
        while (values.size) {
            struct httpstatus_text value = cut(&values, ',');
            listed = listed || equal(value, word);
            if (turned && chance(2))
                REQUIRE(httpstatus_policy_set(&policy, knobs[i], value.data, value.size));
            if (values.size)
                values.data++, values.size--;
        }
        REQUIRE(httpstatus_policy_set(&policy, knobs[i], word.data, word.size) == listed);
    }
    if (chance(3) == 0)
        policy.follow = (uint16_t)chance(1024);
    const uint16_t follow = policy.follow;
    const int code = 298 + (int)chance(13);
    const bool counted = httpstatus_policy_follow(&policy, code);
    REQUIRE(counted == (code >= 300 && code <= 309));
    REQUIRE(policy.follow == (counted ? follow | 1u << (code - 300) : follow));
    if (chance(3) == 0)
        policy.limit = (int)chance(90);
    policy.detect_loops = chance(2);
    return policy;
}

static void check_redirect(int code, struct httpstatus_text method, enum httpstatus_body body,
                           const struct httpstatus_policy *policy)
{
    struct httpstatus_redirect r;
    const char *sentences[HTTPSTATUS_SENTENCES];
    enum httpstatus_redirect_result result =
        httpstatus_redirect(code, method.data, method.size, body, policy, &r);
    size_t count = httpstatus_explain(code, method.data, method.size, body, policy, sentences);

    REQUIRE(httpstatus_is_token(method.data, method.size) == is_token(method));
    REQUIRE((result == HTTPSTATUS_REDIRECT_INVALID_METHOD) == !is_token(method));
    if (is_token(method))
        REQUIRE((result == HTTPSTATUS_REDIRECT_OK) == (code >= 300 && code <= 399));
    REQUIRE((count > 0) == (result == HTTPSTATUS_REDIRECT_OK) && count <= HTTPSTATUS_SENTENCES);
    while (count > 0)
        REQUIRE(sentences[--count][0]);
    if (result != HTTPSTATUS_REDIRECT_OK)
        return;
    const bool next = r.action != HTTPSTATUS_ACTION_NONE && r.action != HTTPSTATUS_ACTION_ERROR;
    REQUIRE(next == (r.reason == HTTPSTATUS_REASON_NONE) && next == (r.method.data != NULL));
    REQUIRE(next == (r.method_change != HTTPSTATUS_CHANGE_NONE));
    REQUIRE(r.preserves_method == (r.method_change == HTTPSTATUS_FORBIDDEN));
    REQUIRE((r.keeps_body == HTTPSTATUS_UNKNOWN) == (!next || body == HTTPSTATUS_NO_BODY));
    REQUIRE(r.keeps_body != HTTPSTATUS_YES || (r.preserves_method && r.drops_headers.count == 0));
    REQUIRE(r.reference && r.limit == policy->limit);
    REQUIRE(r.reason != HTTPSTATUS_NOT_REPLAYABLE || body == HTTPSTATUS_BODY_NOT_REPLAYABLE);
    if (r.preserves_method)
        REQUIRE(policy->upper_case.count ? equal_ignoring_case(r.method, method)
                                         : equal(r.method, method));
    else if (next)
        REQUIRE(is_word(r.method, "GET") && !is_word(method, "GET"));
    if (code > 303 && next)
        REQUIRE(r.method_change == HTTPSTATUS_FORBIDDEN);
    REQUIRE(httpstatus_action_name(r.action));
    REQUIRE((httpstatus_redirect_kind_name(r.kind) != NULL) == (r.kind != HTTPSTATUS_KIND_NONE));
    REQUIRE((httpstatus_reason_name(r.reason) != NULL) == !next);
    REQUIRE((httpstatus_method_change_name(r.method_change) != NULL) == next);
}

/* ---- Retries ---- */

/* A number where 'form' has a row of 'letter'; -1 if the text has anything but digits there. */
static int number_at(struct httpstatus_text text, const char *form, char letter)
{
    int number = 0;

    for (size_t i = 0; i < text.size; i++) {
        if (form[i] != letter)
            continue;
        const bool padded = letter == 'e' && text.data[i] == ' ' && form[i - 1] != 'e';
        if (!padded && !is_digit(text.data[i]))
            return -1;
        number = number * 10 + (padded ? 0 : text.data[i] - '0');
    }
    return number;
}

/* The place of the three letters at 'at' in a row of names, from 1; 0 if they are none of them. */
static int name_at(struct httpstatus_text text, size_t at, const char *names)
{
    for (int i = 0; names[3 * i]; i++)
        if (memcmp(text.data + at, names + 3 * i, 3) == 0)
            return i + 1;
    return 0;
}

/*
 * Seconds since 1970 of a date in the form: 'W' is the day of the week, 'd' or 'e' that of the
 * month, the latter with a blank for a 0, and so on; day by day, as slowly as it can be done.
 */
static bool read_form(struct httpstatus_text text, const char *form, int64_t now, int64_t *seconds)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const char *month_at = strchr(form, 'b');
    const bool century = strstr(form, "YYYY") != NULL;
    int64_t total = 0, year, last = 2069;

    if (text.size != strlen(form) || !name_at(text, 0, "MonTueWedThuFriSatSun"))
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (!strchr("WbdeYhms", form[i]) && form[i] != text.data[i])
            return false;
    const int month =
        name_at(text, (size_t)(month_at - form), "JanFebMarAprMayJunJulAugSepOctNovDec");
    const int day = number_at(text, form, strchr(form, 'e') ? 'e' : 'd');
    const int hour = number_at(text, form, 'h'), minute = number_at(text, form, 'm');
    const int second = number_at(text, form, 's');
    year = number_at(text, form, 'Y');
    if (!month || day < 1 || hour < 0 || minute < 0 || second < 0 || year < 0 || hour > 23 ||
        minute > 59 || second > 60)
        return false;
    if (!century) {
        int of_month = 1, of_year = 1970;
        int64_t left = now / 86400, today = 0;
        for (;
             now >= 0 && left >= 365 + (of_year % 4 == 0 && (of_year % 100 || of_year % 400 == 0));
             of_year++)
            left -= 365 + (of_year % 4 == 0 && (of_year % 100 || of_year % 400 == 0));
        for (; now >= 0; of_month++) {
            const int length = days[of_month - 1] + (of_month == 2 && of_year % 4 == 0 &&
                                                     (of_year % 100 || of_year % 400 == 0));
            if (left < length)
                break;
            left -= length;
        }
        if (now >= 0) {
            last = of_year + 50;
            today = (of_month * 32 + left + 1) * 86400 + now % 86400;
        }
        year += last / 100 * 100;
        if (year > last || (now >= 0 && year == last &&
                            (month * 32 + day) * INT64_C(86400) + hour * 3600 + minute * 60 +
                                    (second == 60 ? 60 : second) >
                                today))
            year -= 100;
    }
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (day > days[month - 1] + (month == 2 && leap))
        return false;
    for (int64_t y = 1970; y < year; y++)
        total += 365 + (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
    for (int64_t y = year; y < 1970; y++)
        total -= 365 + (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
    for (int m = 1; m < month; m++)
        total += days[m - 1] + (m == 2 && leap);
    *seconds = (total + day - 1) * 86400 + hour * 3600 + minute * 60 + second;
    return true;
}

static bool read_date(struct httpstatus_text text, int64_t now, int64_t *seconds)
{
    static const char *const longs[] = {"Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun"};
    char shown[64];

    if (read_form(text, "WWW, dd bbb YYYY hh:mm:ss GMT", now, seconds))
        return true;
    if (text.size == 24 &&
        (is_digit(text.data[8]) ? read_form(text, "WWW bbb dd hh:mm:ss YYYY", now, seconds)
                                : read_form(text, "WWW bbb  e hh:mm:ss YYYY", now, seconds)))
        return true;
    for (size_t i = 0; i < 7; i++) { /* shortened, the long name is as in the other forms */
        const size_t size = strlen(longs[i]);
        if (text.size < size + 3 || text.size >= sizeof shown + size ||
            memcmp(text.data, longs[i], size) != 0 || memcmp(text.data + size, "day", 3) != 0)
            continue;
        memcpy(shown, longs[i], 3);
        memcpy(shown + 3, text.data + size + 3, text.size - size - 3);
        if (read_form((struct httpstatus_text){shown, text.size - size},
                      "WWW, dd-bbb-YY hh:mm:ss GMT", now, seconds))
            return true;
    }
    return false;
}

static void check_retry_after(struct httpstatus_text text, int64_t now)
{
    const struct httpstatus_text value = trimmed(text);
    int64_t seconds = -7, expected = 0;
    enum httpstatus_retry_after found =
        httpstatus_parse_retry_after(text.data, text.size, now, &seconds);
    bool digits = value.size > 0;

    for (size_t i = 0; i < value.size; i++)
        digits = digits && is_digit(value.data[i]);
    if (digits) {
        for (size_t i = 0; i < value.size && expected < HTTPSTATUS_RETRY_AFTER_MAX; i++)
            expected = expected * 10 + (value.data[i] - '0');
        if (expected > HTTPSTATUS_RETRY_AFTER_MAX)
            expected = HTTPSTATUS_RETRY_AFTER_MAX;
        REQUIRE(found == HTTPSTATUS_RETRY_AFTER_SECONDS && seconds == expected);
    } else if (!read_date(value, now, &expected)) {
        REQUIRE(found == HTTPSTATUS_RETRY_AFTER_NONE);
    } else if (now < 0) {
        REQUIRE(found == HTTPSTATUS_RETRY_AFTER_DATE && seconds == expected);
    } else {
        REQUIRE(found == HTTPSTATUS_RETRY_AFTER_SECONDS);
        REQUIRE(seconds == (expected > now ? expected - now : 0));
    }
}

/* Nothing comes sooner than Retry-After says by the standards, and nothing above the cap at all. */
static void check_retry(int code, struct httpstatus_text method, struct httpstatus_text value)
{
    struct httpstatus_retry_options options = HTTPSTATUS_RETRY_OPTIONS;
    struct httpstatus_retry r;
    size_t policies = 0;
    int64_t seconds;

    while (httpstatus_retry_policy_name(policies))
        policies++;
    const char *name = httpstatus_retry_policy_name(chance(policies));
    options.policy = chance(2) ? httpstatus_retry_policy(name, strlen(name)) : NULL;
    options.retry_after = chance(4) ? value : (struct httpstatus_text){NULL, 0};
    options.now = chance(2) ? (int64_t)chance(UINT32_MAX) : -1;
    options.cap = chance(2) ? (int64_t)chance(100) : -1;
    options.idempotent = (enum httpstatus_answer)((int)chance(3) - 1);
    options.replayable = chance(2);
    const bool standard = !options.policy || is_word(text_of(name), "rfc9110");
    if (!httpstatus_retry(code, method.data, method.size, &options, &r)) {
        REQUIRE(!is_token(method));
        return;
    }
    REQUIRE(is_token(method) && r.reference && httpstatus_retry_action_name(r.action));
    REQUIRE(httpstatus_retry_reason_name(r.reason));
    enum httpstatus_retry_after found =
        options.retry_after.data
            ? httpstatus_parse_retry_after(value.data, value.size, options.now, &seconds)
            : HTTPSTATUS_RETRY_AFTER_NONE;
    /* Some clients take 0 for no Retry-After. */
    const bool own_delay = !standard && found == HTTPSTATUS_RETRY_AFTER_SECONDS && seconds == 0;
    REQUIRE((own_delay && r.delay < 0) ||
            (r.delay >= 0) == (found == HTTPSTATUS_RETRY_AFTER_SECONDS));
    REQUIRE(r.delay < 0 || r.delay == seconds || (!standard && r.delay < seconds));
    REQUIRE(r.has_date == (found == HTTPSTATUS_RETRY_AFTER_DATE));
    REQUIRE(r.has_date ? r.date == seconds : r.date == 0);
    const bool goes_on = r.action != HTTPSTATUS_RETRY_STOP;
    REQUIRE(!goes_on || options.cap < 0 || r.delay <= options.cap);
    REQUIRE(!goes_on || code < 100 || code >= 300);
    REQUIRE(goes_on || r.same_connection == HTTPSTATUS_UNKNOWN);
    REQUIRE(r.reason != HTTPSTATUS_RETRY_REASON_POLICY || !standard);
    if (standard && r.action == HTTPSTATUS_RETRY_SEND && options.idempotent == HTTPSTATUS_NO)
        REQUIRE(code == 408 || code == 413 || code == 421 || code == 425 || code == 429);
}

struct request {
    struct httpstatus_text method, url;
};

static bool seen_before(const struct request *requests, size_t first, size_t count,
                        const struct request *request)
{
    for (size_t i = first; i < count; i++)
        if (requests[i].url.data && equal(requests[i].method, request->method) &&
            equal(requests[i].url, request->url))
            return request->url.data != NULL;
    return false;
}

/* Each name comes once, whatever lists it is in. */
static void check_headers(const struct httpstatus_policy *policy)
{
    const char *names[64];
    enum httpstatus_drop_reason reason;
    size_t count = 0;

    while (count < 64 && (names[count] = httpstatus_redirect_header(policy, count, &reason))) {
        REQUIRE(httpstatus_drop_reason_name(reason));
        for (size_t i = 0; i < count; i++)
            REQUIRE(strcmp(names[i], names[count]) != 0);
        count++;
    }
    REQUIRE(count >= policy->drops_headers.count && count < 64);
}

/* A loop that is reported is one, a short one is found at once, and what was dropped stays so. */
static void check_chain(struct httpstatus_text method, struct httpstatus_text rest,
                        const struct httpstatus_policy *policy)
{
    static struct request requests[STEPS + 1];
    struct httpstatus_text urls[URLS];
    struct httpstatus_chain chain;
    struct httpstatus_redirect r;
    size_t count = 1, known = 0, steps = chance(8) ? chance(40) : STEPS;
    bool dropped = false, headers = false;
    enum httpstatus_body first = (enum httpstatus_body)chance(3), body = first;

    while (known < URLS && rest.size)
        urls[known++] = cut(&rest, '\n');
    REQUIRE(httpstatus_chain_init(&chain, policy, method.data, method.size, first, NULL, 0) ==
            is_token(method));
    if (!is_token(method))
        return;
    requests[0] = (struct request){chain.method, {NULL, 0}};
    for (size_t i = 0; i < steps; i++) {
        int code = 299 + (int)chance(12);
        bool cross_origin = chance(6) == 0;
        struct httpstatus_text url = known && chance(9) ? urls[i % known]
                                                        : (struct httpstatus_text){0};
        char *exact = url.data ? copy(url.data, url.size) : NULL;
        enum httpstatus_redirect_result alone =
            httpstatus_redirect(code, chain.method.data, chain.method.size, body, policy, &r);
        struct request next = {r.method, url};
        const bool kept = r.keeps_body == HTTPSTATUS_YES, drops = r.drops_headers.count > 0;
        const bool moves = alone == HTTPSTATUS_REDIRECT_OK && r.method.data != NULL;
        enum httpstatus_chain_result result =
            httpstatus_chain_step(&chain, code, exact, url.size, cross_origin, &r);
        if (exact)
            drop(exact);
        REQUIRE((result == HTTPSTATUS_CHAIN_END) == (alone != HTTPSTATUS_REDIRECT_OK));
        if (!moves)
            continue;
        const bool full = policy->limit && count > (size_t)policy->limit;
        REQUIRE((result == HTTPSTATUS_CHAIN_LIMIT) == full);
        if (full)
            continue;
        const size_t recent = count > HTTPSTATUS_CHAIN_SEEN ? count - HTTPSTATUS_CHAIN_SEEN : 0;
        if (result == HTTPSTATUS_CHAIN_LOOP) {
            REQUIRE(policy->detect_loops && seen_before(requests, 0, count, &next));
            continue;
        }
        REQUIRE(!policy->detect_loops || !seen_before(requests, recent, count, &next));
        REQUIRE(equal(r.method, next.method) && equal(chain.method, next.method));
        requests[count++] = next;
        body = kept ? body : HTTPSTATUS_NO_BODY;
        dropped = dropped || cross_origin;
        headers = headers || drops || (first != HTTPSTATUS_NO_BODY && !kept);
        REQUIRE(r.keeps_body == (first == HTTPSTATUS_NO_BODY ? HTTPSTATUS_UNKNOWN
                                 : kept                      ? HTTPSTATUS_YES
                                                             : HTTPSTATUS_NO));
        REQUIRE(r.drops_cross_origin.count == (dropped ? policy->drops_cross_origin.count : 0));
        REQUIRE(r.drops_headers.count == (headers ? policy->drops_headers.count : 0));
    }
}

/* Resolves in a buffer that ends where its memory ends. */
static enum httpstatus_resolve_result resolve(struct httpstatus_text base,
                                              struct httpstatus_text location,
                                              enum httpstatus_url_rules rules, size_t size,
                                              char *buffer, struct httpstatus_location *found)
{
    char *memory = malloc(size + 1), *exact = memory + 1;

    REQUIRE(memory);
    enum httpstatus_resolve_result result =
        httpstatus_resolve(base, location, rules, exact, size, found);
    if (result == HTTPSTATUS_RESOLVE_OK && found->url.data) {
        REQUIRE(found->url.data >= exact && found->url.data + found->url.size <= exact + size);
        memcpy(buffer, found->url.data, found->url.size);
        found->url.data = buffer;
    }
    free(memory);
    return result;
}

/* The URL is printable and as long as promised, leads to itself, and is the same in any buffer. */
static void check_resolve(struct httpstatus_text base, struct httpstatus_text location,
                          enum httpstatus_url_rules rules)
{
    enum { MOST = 3 * 8192 };
    static char first[MOST], second[MOST];
    struct httpstatus_location found, again;
    const size_t size = httpstatus_url_size(base.size, location.size);

    if (size > MOST)
        return;
    enum httpstatus_resolve_result result = resolve(base, location, rules, size, first, &found);
    REQUIRE(result != HTTPSTATUS_RESOLVE_TOO_LONG);
    enum httpstatus_resolve_result small =
        resolve(base, location, rules, chance(size), second, &again);
    REQUIRE(small == HTTPSTATUS_RESOLVE_TOO_LONG || small == result);
    if (result != HTTPSTATUS_RESOLVE_OK)
        return;
    REQUIRE(small != result || (again.problem == found.problem && equal(again.url, found.url)));
    REQUIRE((found.problem == HTTPSTATUS_PROBLEM_INVALID) == !found.url.data);
    REQUIRE(found.url.size <= 3 * (base.size + location.size) + 16);
    bool has_dots = false;
    for (size_t i = 0; i < found.url.size; i++) {
        const char c = found.url.data[i];
        REQUIRE(c > ' ' ? c < 0x7F : c == ' ' && found.problem == HTTPSTATUS_PROBLEM_SCHEME);
        has_dots = has_dots || (i && c == '.' && found.url.data[i - 1] == '/');
    }
    if (found.problem != HTTPSTATUS_PROBLEM_NONE)
        return;
    REQUIRE(found.cross_origin >= (found.cross_host || found.scheme_changed));
    REQUIRE(found.scheme_changed || !found.downgraded);
    /* RFC 3986 leaves the dots of a base to a Location without a path. */
    if (rules == HTTPSTATUS_WHATWG || !has_dots) {
        REQUIRE(resolve(base, found.url, rules, httpstatus_url_size(base.size, found.url.size),
                        second, &again) == HTTPSTATUS_RESOLVE_OK);
        REQUIRE(equal(again.url, found.url) && again.cross_origin == found.cross_origin);
    }
}

/* The words as a base and as a host, and the text as a Location. */
static void check_locations(struct httpstatus_text text, struct httpstatus_text word)
{
    static const struct httpstatus_text base = {"https://u@a:81/b/c/../d?q#f", 27};
    char web[768] = "http://";
    const size_t size = word.size < 700 ? word.size : 700;

    memcpy(web + 7, word.data, size);
    for (int i = 0; httpstatus_url_rules_name((size_t)i); i++) {
        enum httpstatus_url_rules rules = (enum httpstatus_url_rules)i, named;
        const char *name = httpstatus_url_rules_name((size_t)i);
        REQUIRE(httpstatus_url_rules(name, strlen(name), &named) && named == rules);
        check_resolve(word, text, rules);
        check_resolve(base, text, rules);
        check_resolve((struct httpstatus_text){web, 7 + size}, text, rules);
        check_resolve(base, (struct httpstatus_text){web, 7 + size}, rules);
        REQUIRE(!httpstatus_url_rules(text.data, text.size, &named) ||
                is_word(text, httpstatus_url_rules_name((size_t)named)));
    }
}

static void check_clients(int code, struct httpstatus_text method,
                          const struct httpstatus_policy *policy)
{
    struct httpstatus_client one, same;

    for (size_t i = 0; i < 2 * httpstatus_client_count(); i++) {
        const bool body = i % 2;
        if (!httpstatus_client(i / 2, code, method.data, method.size, body, &one))
            continue;
        REQUIRE(httpstatus_client_find(one.name, one.version, code, method, body, &same));
        REQUIRE(equal(one.name, same.name) && one.followed == same.followed);
        REQUIRE(body || !one.request_body);
        REQUIRE(one.request_body || one.keeps_body == HTTPSTATUS_UNKNOWN);
        REQUIRE(one.code == code && equal(one.request_method, method));
        REQUIRE(one.followed == (one.method.data != NULL));
        REQUIRE(httpstatus_client_differs(&one, policy) < 32);
    }
    REQUIRE(!httpstatus_client_find(method, method, code, method, true, &same));
}

static void check_retry_clients(int code, struct httpstatus_text method)
{
    struct httpstatus_retry_client one;

    for (size_t i = 0; i < httpstatus_retry_client_count(); i++) {
        if (!httpstatus_retry_client(i, code, method.data, method.size, &one))
            continue;
        REQUIRE(one.code == code && equal(one.request_method, method));
        REQUIRE(one.retried || (one.tries < 0 && one.delay < 0 && one.longest_delay < 0));
        REQUIRE(one.delay <= one.longest_delay);
    }
}

/* A time without a zone is read in that of the clock, and without a year only with a reference. */
static void check_time(struct httpstatus_text text, int64_t reference, int zone)
{
    const struct httpstatus_clock east = {.has_zone = true, .zone = zone},
                                  now = {.has_reference = true, .reference = reference};
    struct httpstatus_time plain = {-7, -7, false}, other;

    if (!httpstatus_parse_time(text.data, text.size, NULL, &plain)) {
        REQUIRE(plain.seconds == -7 && plain.nanoseconds == -7 && !plain.has_zone);
        REQUIRE(!httpstatus_parse_time(text.data, text.size, &east, &other));
        if (httpstatus_parse_time(text.data, text.size, &now, &other))
            REQUIRE(!other.has_zone && other.seconds <= reference);
        return;
    }
    REQUIRE(plain.nanoseconds >= 0 && plain.nanoseconds < 1000000000);
    REQUIRE(httpstatus_parse_time(text.data, text.size, &now, &other));
    REQUIRE(other.seconds == plain.seconds && other.nanoseconds == plain.nanoseconds);
    REQUIRE(httpstatus_parse_time(text.data, text.size, &east, &other) && other.has_zone);
    REQUIRE(other.seconds == plain.seconds - (plain.has_zone ? 0 : zone));
}

static void check_unescape(struct httpstatus_text text)
{
    static const char marks[] = {'\0', '\\', '#', '%', '\\'};
    enum httpstatus_escape escape;

    for (size_t i = 0; httpstatus_escape_name(i); i++) {
        const char *name = httpstatus_escape_name(i);
        REQUIRE(httpstatus_escape_find(name, strlen(name), &escape) && (size_t)escape == i);
        char *plain = malloc(text.size + 1); /* a byte to see that nobody writes there */
        plain[text.size] = '?';
        const size_t size = httpstatus_unescape(text, escape, plain);
        REQUIRE(size <= text.size && plain[text.size] == '?');
        const bool same = i == 0 || !text.size || !memchr(text.data, marks[i], text.size);
        REQUIRE(!same || (size == text.size && (!size || memcmp(plain, text.data, size) == 0)));
        free(plain);
    }
}

/* ---- The target ---- */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int numbers[] = {INT_MIN, -1, 0, 99, 600, 999, 1000, INT_MAX};
    struct httpstatus_text rest = {(const char *)data, size}, text, word, more;

    seed_chance(data, size);
    text = cut(&rest, '\n');
    word = cut(&rest, '\n');
    char *exact_text = copy(text.data, text.size), *exact_word = copy(word.data, word.size);
    text.data = exact_text;
    word.data = exact_word;

    check_lookup(text, word);
    if (chance(32) == 0) /* slow: it reads every text */
        check_search(text);
    check_statuses(word);
    check_number(chance(8) ? (int)chance(1000) : numbers[chance(8)]);
    check_filter(text);
    check_format(text);
    check_locations(text, word);

    struct httpstatus_policy policy = policy_of(word, text);
    int code = 297 + (int)chance(20);
    more = rest;
    const enum httpstatus_body body = (enum httpstatus_body)chance(3);
    check_headers(&policy);
    check_redirect(code, text, body, &policy);
    check_redirect(code, word, body, &policy);
    check_redirect(code, cut(&more, '\n'), body, &policy);
    check_chain(text, rest, &policy);
    check_clients(code, text, &policy);
    check_retry_clients(code, text);
    check_retry_after(text, chance(2) ? -1 : (int64_t)chance(UINT32_MAX));
    code = chance(8) ? 397 + (int)chance(140) : numbers[chance(8)];
    check_retry(code, word, text);
    check_retry(code, text_of("PUT"), text);
    check_time(text, chance(2) ? (int64_t)chance(UINT32_MAX) : -(int64_t)chance(UINT32_MAX),
               (int)chance(2 * HTTPSTATUS_ZONE_MAX + 1) - HTTPSTATUS_ZONE_MAX);
    check_unescape(text);
    drop(exact_text);
    drop(exact_word);
    return 0;
}
