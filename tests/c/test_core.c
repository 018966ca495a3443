/*
 * The C runner: the shared vectors, then the tests that are C's own.
 *
 *     test_core vectors.tsv [STRIDE]
 *
 * Of the changes that are made to each line before it is divided, every STRIDE-th is tried (1).
 */
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "httpstatus.h"

enum {
    LINE_MAX_SIZE = 65536,
    OUT_SIZE = 65536,
    IDS = 16384,
    CHECKED_LINES = 64,
    SCANNERS = 8,
    LOG_SIZE = 65536
};

static unsigned long passed, failed, stride = 1;
static char out[OUT_SIZE];
static size_t out_size;

static void check(bool condition, const char *what)
{
    if (condition) {
        passed++;
    } else {
        failed++;
        printf("FAILED %s\n", what);
    }
}

/* ---- Rendering: as in the other runners ---- */

static void put(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    out_size += (size_t)vsnprintf(out + out_size, OUT_SIZE - out_size, format, args);
    va_end(args);
}

static void put_text(struct httpstatus_text text)
{
    if (!text.data)
        put("-");
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c <= ' ' || c == ',' || c > '~')
            put("\\x%02x", c);
        else
            put(c == '\\' ? "\\\\" : "%c", c);
    }
}

static struct httpstatus_text text_of(const char *p)
{
    return (struct httpstatus_text){p, p ? strlen(p) : 0};
}

static void put_field(const char *name, struct httpstatus_text text)
{
    put("%s%s=", out_size ? " " : "", name);
    put_text(text);
}

static void put_number_field(const char *name, uint64_t number)
{
    put("%s%s=%" PRIu64, out_size ? " " : "", name, number);
}

static void put_key(const struct httpstatus_status *row)
{
    if (!row) {
        put("-");
        return;
    }
    put("%d", httpstatus_code(row));
    if (httpstatus_substatus(row))
        put(".%d", httpstatus_substatus(row));
    put("/");
    put_text(httpstatus_field(row, HTTPSTATUS_OWNER));
}

static void put_end_of_list(void)
{
    if (out_size == 0)
        put("-");
}

static void put_comma(void)
{
    if (out_size)
        put(",");
}

/* ---- Arguments ---- */

struct argument {
    char *data;
    size_t size;
};

static int code_of(struct argument a)
{
    long long number = strtoll(a.data, NULL, 10);
    return number < HTTPSTATUS_STATUS_MIN || number > INT_MAX ? INT_MIN : (int)number;
}

static const char *owner_of(struct argument a)
{
    return strcmp(a.data, "-") == 0 ? NULL : a.data;
}

static const struct httpstatus_status *row_of(const struct argument *a)
{
    const char *owner = owner_of(a[2]);
    int code = code_of(a[0]);
    const struct httpstatus_status *row =
        httpstatus_find(code, code_of(a[1]), owner, owner ? a[2].size : 0);
    return row ? row : httpstatus_unknown(code);
}

/* ---- The functions of the vectors ---- */

static void do_phrase(const struct argument *a)
{
    put_text(httpstatus_phrase(code_of(a[0])));
}

static void do_class_of(const struct argument *a)
{
    put_text(httpstatus_class_of(code_of(a[0])));
}

static void do_effective(const struct argument *a)
{
    put("%d", httpstatus_effective(code_of(a[0])));
}

static void do_lookup(const struct argument *a)
{
    put_key(httpstatus_lookup_text(a[0].data, a[0].size, NULL, 0));
}

static void do_lookup_code(const struct argument *a)
{
    put_key(httpstatus_lookup(code_of(a[0])));
}

static void do_lookup_by(const struct argument *a)
{
    put_key(httpstatus_lookup_text(a[1].data, a[1].size, a[0].data, a[0].size));
}

static void do_find(const struct argument *a)
{
    const char *owner = owner_of(a[2]);
    put_key(httpstatus_find(code_of(a[0]), code_of(a[1]), owner, owner ? a[2].size : 0));
}

static void do_variants(const struct argument *a)
{
    size_t first = 0, count = httpstatus_variants(code_of(a[0]), &first);
    for (size_t i = 0; i < count; i++) {
        put_comma();
        put_key(httpstatus_row(first + i));
    }
    put_end_of_list();
}

static void do_search(const struct argument *a)
{
    const struct httpstatus_status *rows[512];
    size_t count = httpstatus_search(a[0].data, a[0].size, rows, 512);
    if (httpstatus_search_error(count)) {
        put(count == HTTPSTATUS_SEARCH_LONG_WORD ? "!long-word" : "!many-words");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        put_comma();
        put_key(rows[i]);
    }
    put_end_of_list();
}

static void do_statuses(const struct argument *a)
{
    struct httpstatus_query query = {0};
    const struct httpstatus_status *row = NULL;

    query.status_class = a[0].data[0] == '-' ? 0 : a[0].data[0] - '0';
    query.official = a[1].data[0] == '-' ? 0 : a[1].data[0] == 'y' ? 1 : -1;
    if (owner_of(a[2]))
        query.owner = (struct httpstatus_text){a[2].data, a[2].size};
    while ((row = httpstatus_next(&query, row)) != NULL) {
        put_comma();
        put_key(row);
    }
    put_end_of_list();
}

static void do_row(const struct argument *a)
{
    const struct httpstatus_status *row = row_of(a);
    for (int i = HTTPSTATUS_PHRASE; i < HTTPSTATUS_FIELDS; i++) {
        enum httpstatus_field field = (enum httpstatus_field)i;
        if (field != HTTPSTATUS_DESCRIPTION && field != HTTPSTATUS_EXPLANATION &&
            field != HTTPSTATUS_REFERENCE)
            put_field(httpstatus_field_name(field), httpstatus_field(row, field));
    }
}

static void do_properties(const struct argument *a)
{
    static const char *const answers[] = {"-", "no", "yes"};
    const struct httpstatus_status *row = row_of(a);
    for (int i = 0; i < HTTPSTATUS_PROPERTIES; i++) {
        enum httpstatus_property property = (enum httpstatus_property)i;
        put_field(httpstatus_property_name(property),
                  text_of(answers[httpstatus_property(row, property) + 1]));
    }
}

static void do_reference_for(const struct argument *a)
{
    const struct httpstatus_status *row = httpstatus_lookup(code_of(a[0]));
    enum httpstatus_property property;

    if (httpstatus_property_find(a[1].data, a[1].size, &property))
        put_text(
            httpstatus_property_reference(row ? row : httpstatus_unknown(code_of(a[0])), property));
}

static void do_retry_advice(const struct argument *a)
{
    put_text(httpstatus_retry_advice(row_of(a)).advice);
}

static void do_headers(const struct argument *a)
{
    const struct httpstatus_status *row = row_of(a);
    for (size_t i = 0; i < httpstatus_header_count(row); i++) {
        struct httpstatus_header header = httpstatus_header(row, i);
        put_comma();
        put_text(header.name);
        put(":");
        put_text(header.level);
    }
    put_end_of_list();
}

static void do_aliases(const struct argument *a)
{
    const struct httpstatus_status *row = row_of(a);
    for (size_t i = 0; i < httpstatus_alias_count(row); i++) {
        put_comma();
        put_text(httpstatus_alias(row, i).phrase);
    }
    put_end_of_list();
}

static void do_constant(const struct argument *a)
{
    for (size_t i = 0; i < httpstatus_constant_count(); i++)
        if (strcmp(httpstatus_constant(i).name.data, a[0].data) == 0)
            put("%d", httpstatus_code(httpstatus_constant(i).row));
    put_end_of_list();
}

static void put_names(const char *field, struct httpstatus_names names)
{
    put(" %s=%s", field, names.count ? "" : "-");
    for (size_t i = 0; i < names.count; i++)
        put("%s%s", i ? "," : "", names.list[i]);
}

static void put_truth(const char *name, bool known, bool truth)
{
    put_field(name, text_of(!known ? NULL : truth ? "yes" : "no"));
}

/*
 * "fetch;follow=300+309;rewrite_301=none;body=once"; false if the policy, a knob or a value is
 * unknown.
 */
static bool read_policy(struct argument a, struct httpstatus_policy *policy,
                        enum httpstatus_body *body)
{
    size_t size = strcspn(a.data, ";");
    const struct httpstatus_policy *named = httpstatus_policy(a.data, size);

    *body = HTTPSTATUS_BODY;
    if (!named)
        return false;
    *policy = *named;
    for (char *knob = a.data + size; *knob == ';'; knob += size) {
        char name[32] = "", *value = strchr(++knob, '=') + 1;
        memcpy(name, knob, (size_t)(value - 1 - knob));
        size = strcspn(knob, ";");
        if (strcmp(name, "body") == 0) {
            *body = value[0] == 'n' ? HTTPSTATUS_NO_BODY : HTTPSTATUS_BODY_NOT_REPLAYABLE;
        } else if (strcmp(name, "follow") == 0) {
            policy->follow = 0;
            for (char *code = value; code < knob + size; code += strlen("300+"))
                if (!httpstatus_policy_follow(policy, (int)strtol(code, NULL, 10)))
                    return false;
        } else if (!httpstatus_policy_set(policy, name, value, (size_t)(knob + size - value))) {
            return false;
        }
    }
    return true;
}

static void do_redirect(const struct argument *a)
{
    struct httpstatus_redirect r;
    struct httpstatus_policy own, *policy = &own;
    enum httpstatus_body body;
    char limit[16];

    if (!read_policy(a[1], policy, &body)) {
        put("!unknown-policy");
        return;
    }
    switch (httpstatus_redirect(code_of(a[0]), a[2].data, a[2].size, body, policy, &r)) {
    case HTTPSTATUS_REDIRECT_INVALID_METHOD:
        put("!invalid-method");
        return;
    case HTTPSTATUS_REDIRECT_NONE:
        put("-");
        return;
    default:
        break;
    }
    bool next = r.method.data;
    put_field("action", text_of(httpstatus_action_name(r.action)));
    put_field("reason", text_of(httpstatus_reason_name(r.reason)));
    put_field("method", r.method);
    put_field("method_change", text_of(httpstatus_method_change_name(r.method_change)));
    put_truth("preserves_method", next, r.preserves_method);
    put_truth("keeps_body", r.keeps_body != HTTPSTATUS_UNKNOWN, r.keeps_body == HTTPSTATUS_YES);
    put_names("drops_headers", r.drops_headers);
    put_names("drops_cross_origin", r.drops_cross_origin);
    put_field("kind", text_of(httpstatus_redirect_kind_name(r.kind)));
    put_truth("cacheable", true, r.cacheable);
    put_truth("care", true, r.care);
    snprintf(limit, sizeof limit, "%d", r.limit);
    put_field("limit", text_of(r.limit ? limit : NULL));
    put_field("reference", text_of(r.reference));
}

static void do_explain(const struct argument *a)
{
    struct httpstatus_policy own, *policy = &own;
    const char *sentences[HTTPSTATUS_SENTENCES];
    struct httpstatus_redirect r;
    enum httpstatus_body body;
    char text[1024] = "";
    int code = code_of(a[0]);

    if (!read_policy(a[1], policy, &body)) {
        put("!unknown-policy");
        return;
    }
    enum httpstatus_redirect_result result =
        httpstatus_redirect(code, a[2].data, a[2].size, body, policy, &r);
    size_t count = httpstatus_explain(code, a[2].data, a[2].size, body, policy, sentences);
    check((count > 0) == (result == HTTPSTATUS_REDIRECT_OK), "sentences for a record");
    if (count == 0) {
        put(result == HTTPSTATUS_REDIRECT_NONE ? "-" : "!invalid-method");
        return;
    }
    for (size_t i = 0; i < count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s ", sentences[i]);
    snprintf(text + strlen(text), sizeof text - strlen(text), "(%s)", r.reference);
    put_text(text_of(text));
}

static void put_answer(enum httpstatus_answer answer)
{
    put(answer == HTTPSTATUS_UNKNOWN ? "-" : answer == HTTPSTATUS_YES ? "yes" : "no");
}

/* The row of a code and sub-status in a log of the format. */
static void do_written(const struct argument *a)
{
    const enum httpstatus_format format = httpstatus_format(a[0].data, a[0].size);
    const struct httpstatus_status *row =
        httpstatus_find(code_of(a[1]), (int)strtol(a[2].data, NULL, 10), NULL, 0);

    put_key(httpstatus_written(row, format));
}

static void put_place(const struct httpstatus_redirect *r)
{
    put("%s:", httpstatus_action_name(r->action));
    put_text(text_of(httpstatus_reason_name(r->reason)));
    put(":");
    put_text(r->method);
    put(":");
    put_text(r->url);
    put(":");
    put_answer(r->cross_origin);
    put(":");
    put_answer(r->downgraded);
    put(":%s", r->drops_cross_origin.count ? "" : "-");
    for (size_t i = 0; i < r->drops_cross_origin.count; i++)
        put("%s%s", i ? "+" : "", r->drops_cross_origin.list[i]);
}

/* The fields are values of Location, separated by line feeds; "-" is none. */
static void do_redirect_to(const struct argument *a)
{
    struct httpstatus_policy policy;
    struct httpstatus_redirect r;
    struct httpstatus_text locations[4];
    enum httpstatus_body body;
    char place[1024];
    size_t count = 0;

    for (char *p = a[4].data; p && strcmp(a[4].data, "-") != 0; count++) {
        char *end = strchr(p, '\n');
        locations[count] = (struct httpstatus_text){p, end ? (size_t)(end - p) : strlen(p)};
        p = end ? end + 1 : NULL;
    }
    read_policy(a[1], &policy, &body);
    if (httpstatus_redirect(code_of(a[0]), a[2].data, a[2].size, body, &policy, &r) !=
        HTTPSTATUS_REDIRECT_OK)
        put("-");
    else if (httpstatus_redirect_to(&r, &policy, (struct httpstatus_text){a[3].data, a[3].size},
                                    locations, count, place, sizeof place) != HTTPSTATUS_RESOLVE_OK)
        put("!invalid-url");
    else
        put_place(&r);
}

/* Whether a step has no record; puts what it has instead. */
static bool has_ended(enum httpstatus_chain_result result)
{
    static const struct {
        enum httpstatus_chain_result result;
        const char *word;
    } ends[] = {
        {HTTPSTATUS_CHAIN_END, "-"},
        {HTTPSTATUS_CHAIN_LIMIT, "!limit"},
        {HTTPSTATUS_CHAIN_LOOP, "!loop"},
        {HTTPSTATUS_CHAIN_NO_URL, "!no-url"},
    };

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (ends[i].result == result)
            put("%s", ends[i].word);
    return result != HTTPSTATUS_CHAIN_OK;
}

/* Steps are "code:location", or a code where the response has none. */
static void do_chain_follow(const struct argument *a)
{
    struct httpstatus_policy policy;
    struct httpstatus_chain chain;
    struct httpstatus_redirect r;
    enum httpstatus_body body;
    const char *start = owner_of(a[2]);
    char places[2][1024];
    int place = 0;

    read_policy(a[0], &policy, &body);
    httpstatus_chain_init(&chain, &policy, a[1].data, a[1].size, body, start, a[2].size);
    for (char *step = strtok(a[3].data, " "); step; step = strtok(NULL, " ")) {
        char *colon = strchr(step, ':');
        struct httpstatus_text location = text_of(colon ? colon + 1 : NULL);
        put_comma();
        enum httpstatus_chain_result result =
            httpstatus_chain_follow(&chain, (int)strtol(step, NULL, 10), &location, colon ? 1 : 0,
                                    places[place], sizeof places[0], &r);
        if (has_ended(result))
            continue;
        put_place(&r);
        place = r.url.data ? 1 - place : place;
    }
    put_comma();
    put_text(chain.url);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void do_redirect_headers(const struct argument *a)
{
    struct httpstatus_policy policy;
    enum httpstatus_drop_reason reason;
    enum httpstatus_body body;
    const char *name;
    char entries[64][64];
    size_t count = 0;

    read_policy(a[0], &policy, &body);
    while ((name = httpstatus_redirect_header(&policy, count, &reason)) != NULL)
        snprintf(entries[count++], sizeof entries[0], "%s:%s", name,
                 httpstatus_drop_reason_name(reason));
    qsort(entries, count, sizeof entries[0], by_text);
    for (size_t i = 0; i < count; i++) {
        put_comma();
        put("%s", entries[i]);
    }
    put_end_of_list();
}

static bool with_body(struct argument word)
{
    return word.size == 4; /* "body", not "no-body" */
}

static void do_clients(const struct argument *a)
{
    struct httpstatus_client c;

    for (size_t i = 0; i < httpstatus_client_count(); i++) {
        if (!httpstatus_client(i, code_of(a[0]), a[2].data, a[2].size, with_body(a[1]), &c))
            continue;
        put_comma();
        put_text(c.name);
        put(":%s:%s:", c.request_body ? "yes" : "no", c.followed ? "yes" : "no");
        put_text(c.method);
        put(":");
        put_answer(c.keeps_body);
        put(":");
        put_answer(c.sends_content_type);
        put(":");
        put_answer(c.sends_authorization);
    }
    put_end_of_list();
}

static void put_tenths(double seconds)
{
    if (seconds < 0)
        put("-");
    else
        put("%.1f", seconds);
}

static void put_word(const char *word)
{
    if (word)
        put_text(text_of(word));
    else
        put("-");
}

static void do_retry_clients(const struct argument *a)
{
    struct httpstatus_retry_client c;

    for (size_t i = 0; i < httpstatus_retry_client_count(); i++) {
        if (!httpstatus_retry_client(i, code_of(a[0]), a[1].data, a[1].size, &c))
            continue;
        const char *const words[] = {c.on_zero, c.on_date, c.on_garbage, c.on_long};
        put_comma();
        put_text(c.name);
        put(":%s:", c.retried ? "yes" : "no");
        put_answer(c.honours_retry_after);
        put(c.tries < 0 ? ":-" : ":%d", c.tries);
        for (int n = 0; n < 3; n++) {
            put(":");
            put_tenths(n == 0 ? c.delay : n == 1 ? c.longest_delay : c.cap);
        }
        for (int n = 0; n < 4; n++) {
            put(":");
            put_word(words[n]);
        }
        put(":");
        put_answer(c.sends_body);
        put(":");
        put_answer(c.same_connection);
    }
    put_end_of_list();
}

static void do_differs(const struct argument *a)
{
    const struct httpstatus_policy *policy = httpstatus_policy(a[1].data, a[1].size);
    struct httpstatus_client c;

    for (size_t i = 0; i < httpstatus_client_count(); i++) {
        if (!httpstatus_client(i, code_of(a[0]), a[3].data, a[3].size, with_body(a[2]), &c))
            continue;
        unsigned differs = httpstatus_client_differs(&c, policy);
        if (differs == 0)
            continue;
        put_comma();
        put_text(c.name);
        for (unsigned n = 0, any = 0; httpstatus_difference_name(n); n++)
            if (differs >> n & 1)
                put("%s%s", any++ ? "+" : "=", httpstatus_difference_name(n));
    }
    put_end_of_list();
}

static void put_step(const struct httpstatus_redirect *r)
{
    if (r->action == HTTPSTATUS_ACTION_NONE) {
        put("none");
        return;
    }
    put("%s:", httpstatus_action_name(r->action));
    put_text(r->method);
    put(":%s:%s",
        r->keeps_body == HTTPSTATUS_UNKNOWN ? "none"
        : r->keeps_body                     ? "body"
                                            : "no-body",
        r->drops_cross_origin.count ? "" : "-");
    for (size_t i = 0; i < r->drops_cross_origin.count; i++)
        put("%s%s", i ? "+" : "", r->drops_cross_origin.list[i]);
    put(":%zu", r->drops_headers.count);
}

/* Steps are "code:url", with ":x" if the origin changes; "-" is an unknown URL. */
static void do_chain(const struct argument *a)
{
    struct httpstatus_chain chain;
    struct httpstatus_redirect r;
    const char *start = owner_of(a[2]);
    struct httpstatus_policy policy;
    enum httpstatus_body body;
    bool begun =
        read_policy(a[0], &policy, &body) &&
        httpstatus_chain_init(&chain, &policy, a[1].data, a[1].size, body, start, a[2].size);

    check(begun, "a chain");
    for (char *step = strtok(a[3].data, " "); step; step = strtok(NULL, " ")) {
        char *url = strchr(step, ':') + 1, *mark = strchr(url, ':');
        size_t size = mark ? (size_t)(mark - url) : strlen(url);
        put_comma();
        enum httpstatus_chain_result result = httpstatus_chain_step(
            &chain, (int)strtol(step, NULL, 10), size ? url : NULL, size, mark != NULL, &r);
        if (!has_ended(result))
            put_step(&r);
    }
}

static void put_seconds(const char *name, bool known, int64_t seconds)
{
    char number[24];

    snprintf(number, sizeof number, "%" PRId64, seconds);
    put_field(name, text_of(known ? number : NULL));
}

/* "rfc9110;now=784111777;cap=60;idempotent=yes;replayable=no"; false if the policy is unknown. */
static bool read_retry_options(struct argument a, struct httpstatus_retry_options *options)
{
    size_t size = strcspn(a.data, ";");

    options->policy = httpstatus_retry_policy(a.data, size);
    for (const char *word = a.data + size; *word == ';'; word += strcspn(word, ";")) {
        const char *value = strchr(++word, '=') + 1;
        const int64_t number = strtoll(value, NULL, 10);
        if (strncmp(word, "now", 3) == 0)
            options->now = number;
        else if (strncmp(word, "cap", 3) == 0)
            options->cap = number;
        else if (strncmp(word, "idempotent", 10) == 0)
            options->idempotent = *value == 'y' ? HTTPSTATUS_YES : HTTPSTATUS_NO;
        else
            options->replayable = *value == 'y';
    }
    return options->policy != NULL;
}

static void do_retry(const struct argument *a)
{
    struct httpstatus_retry_options options = HTTPSTATUS_RETRY_OPTIONS;
    struct httpstatus_retry r;

    if (!read_retry_options(a[1], &options)) {
        put("!unknown-policy");
        return;
    }
    if (owner_of(a[3]))
        options.retry_after = (struct httpstatus_text){a[3].data, a[3].size};
    if (!httpstatus_retry(code_of(a[0]), a[2].data, a[2].size, &options, &r)) {
        put("!invalid-method");
        return;
    }
    put_field("action", text_of(httpstatus_retry_action_name(r.action)));
    put_seconds("delay", r.delay >= 0, r.delay);
    put_seconds("date", r.has_date, r.date);
    put_truth("same_connection", r.same_connection != HTTPSTATUS_UNKNOWN,
              r.same_connection == HTTPSTATUS_YES);
    put_truth("contested", true, r.contested);
    put_field("reason", text_of(httpstatus_retry_reason_name(r.reason)));
    put_field("reference", text_of(r.reference));
}

static void do_retry_after(const struct argument *a)
{
    int64_t seconds = 0;

    switch (httpstatus_parse_retry_after(
        a[1].data, a[1].size, owner_of(a[0]) ? strtoll(a[0].data, NULL, 10) : -1, &seconds)) {
    case HTTPSTATUS_RETRY_AFTER_NONE:
        put("-");
        break;
    case HTTPSTATUS_RETRY_AFTER_SECONDS:
        put("seconds=%" PRId64, seconds);
        break;
    case HTTPSTATUS_RETRY_AFTER_DATE:
        put("date=%" PRId64, seconds);
        break;
    }
}

static struct httpstatus_scanner scanner;

static const struct httpstatus_tally *counted(void)
{
    return httpstatus_scanner_tally(&scanner);
}

/* "w3c;fields=a b;key=c;target" */
static struct httpstatus_options options_of(struct argument a,
                                            struct httpstatus_format_error *error)
{
    struct httpstatus_options options = {0};
    char *end = a.data + a.size;

    for (char *word = a.data; word <= end;) {
        const char *stop = memchr(word, ';', (size_t)(end - word));
        size_t size = (size_t)((stop ? stop : end) - word);
        if (word == a.data)
            httpstatus_options_format(&options, word, size, error);
        else if (strncmp(word, "fields=", 7) == 0)
            options.fields = (struct httpstatus_text){word + 7, size - 7};
        else if (strncmp(word, "key=", 4) == 0)
            options.key = (struct httpstatus_text){word + 4, size - 4};
        else
            options.target = true; /* "target" */
        word += size + 1;
    }
    return options;
}

static void put_lines(const struct httpstatus_line *lines, size_t count, bool numbers)
{
    for (size_t i = 0; i < count; i++) {
        put_comma();
        if (numbers)
            put("%" PRIu64 ":", lines[i].number);
        switch (lines[i].status) {
        case HTTPSTATUS_NO_STATUS:
            put("-");
            break;
        case HTTPSTATUS_SKIPPED:
            put("#");
            break;
        case HTTPSTATUS_UNMATCHED:
            put("!");
            break;
        default:
            put("%d", lines[i].status);
            if (lines[i].substatus && !numbers)
                put(".%d", lines[i].substatus);
        }
    }
}

/* Why a scanner cannot be made. */
static void put_refusal(const struct httpstatus_format_error *error)
{
    if (error->message)
        put("!column-%zu", error->column);
    else
        put("!invalid-key");
}

/* Scans in pieces of 'piece' bytes with room for 'capacity' lines a call. */
static void scan_pieces(struct argument form, const struct httpstatus_filter *filter, const char *p,
                        size_t size, size_t piece, size_t capacity)
{
    struct httpstatus_line lines[CHECKED_LINES];
    size_t stored, used;

    struct httpstatus_format_error error;
    struct httpstatus_options options = options_of(form, &error);
    if (!httpstatus_scanner_init(&scanner, &options, filter)) {
        put_refusal(&error);
        return;
    }
    for (size_t at = 0; at < size;) {
        size_t n = size - at < piece ? size - at : piece;
        stored = httpstatus_scan(&scanner, p + at, n, lines, capacity, &used);
        put_lines(lines, stored, filter != NULL);
        at += used;
    }
    while ((stored = httpstatus_finish(&scanner, lines, capacity)) > 0)
        put_lines(lines, stored, filter != NULL);
    put_end_of_list();
}

static void do_lines(const struct argument *a)
{
    scan_pieces(a[0], NULL, a[1].data, a[1].size, SIZE_MAX, CHECKED_LINES);
}

/* The folder of the vectors, with its last slash, or "". */
static char folder[1024];

/* The log of that name in the folder logs beside the vectors; no data if it cannot be read. */
static struct argument log_named(struct argument name)
{
    static char log[LOG_SIZE], path[sizeof folder + 128];
    struct argument none = {NULL, 0};

    if ((size_t)snprintf(path, sizeof path, "%slogs/%s", folder, name.data) >= sizeof path)
        return none;
    FILE *file = fopen(path, "rb");
    if (!file)
        return none;
    size_t size = fread(log, 1, sizeof log, file);
    fclose(file);
    return size < sizeof log ? (struct argument){log, size} : none;
}

static void do_log(const struct argument *a)
{
    struct argument log = log_named(a[1]);
    const char *content = log.data ? httpstatus_content_name(httpstatus_content(log.data, log.size))
                                   : "unreadable";

    if (content)
        put("!%s", content);
    else
        scan_pieces(a[0], NULL, log.data, log.size, SIZE_MAX, CHECKED_LINES);
}

static void select_lines(const struct argument *a, bool invert)
{
    struct httpstatus_filter filter = {.invert = invert};
    for (char *which = strtok(a[1].data, ","); which; which = strtok(NULL, ","))
        if (!httpstatus_filter_add(&filter, which, strlen(which))) {
            put("!invalid-which");
            return;
        }
    scan_pieces(a[0], &filter, a[2].data, a[2].size, SIZE_MAX, CHECKED_LINES);
}

static void do_select(const struct argument *a)
{
    select_lines(a, false);
}

static void do_select_others(const struct argument *a)
{
    select_lines(a, true);
}

/* The tally of a log in two parts that a carry joins. */
static struct httpstatus_tally tally_of_parts(const struct httpstatus_options *options,
                                              struct argument log, size_t cut)
{
    struct httpstatus_carry carry;
    struct httpstatus_tally sum;

    httpstatus_scanner_init(&scanner, options, NULL);
    httpstatus_scan(&scanner, log.data, cut, NULL, 0, NULL);
    httpstatus_carry_out(&scanner, &carry);
    sum = *counted();
    httpstatus_scanner_init(&scanner, options, NULL);
    httpstatus_carry_in(&scanner, &carry);
    httpstatus_scan(&scanner, log.data + cut, log.size - cut, NULL, 0, NULL);
    httpstatus_finish(&scanner, NULL, 0);
    httpstatus_tally_add(&sum, counted());
    return sum;
}

/* How much of the bytes before the cut is consumed; the log goes on from there. */
static void do_consumed(const struct argument *a)
{
    struct httpstatus_format_error error;
    const struct httpstatus_options options = options_of(a[0], &error);
    const size_t asked = (size_t)strtoull(a[1].data, NULL, 10);
    const size_t cut = asked < a[2].size ? asked : a[2].size;

    httpstatus_scanner_init(&scanner, &options, NULL);
    httpstatus_scan(&scanner, a[2].data, cut, NULL, 0, NULL);
    const uint64_t consumed = counted()->consumed;
    put("%" PRIu64, consumed);
    httpstatus_scan(&scanner, a[2].data + cut, a[2].size - cut, NULL, 0, NULL);
    const uint64_t all = counted()->consumed;
    httpstatus_finish(&scanner, NULL, 0);
    const struct httpstatus_tally whole = *counted();
    const struct httpstatus_tally sum = tally_of_parts(&options, a[2], (size_t)consumed);
    check(httpstatus_tally_equal(&sum, &whole) && sum.consumed == all && whole.consumed == all,
          "the rest of a log makes up the whole");
}

static void do_tally(const struct argument *a)
{
    const struct httpstatus_tally *t = counted();
    bool any = false;

    struct httpstatus_format_error error;
    struct httpstatus_options options = options_of(a[0], &error);
    httpstatus_scanner_init(&scanner, &options, NULL);
    httpstatus_scan(&scanner, a[1].data, a[1].size, NULL, 0, NULL);
    httpstatus_finish(&scanner, NULL, 0);
    put_field("format", text_of(httpstatus_format_name(httpstatus_tally_format(t))));
    put_number_field("lines", t->lines);
    put_number_field("records", t->records);
    put_number_field("no_status", t->no_status);
    put_number_field("skipped", t->skipped);
    put_number_field("unmatched", t->unmatched);
    put(" first_unmatched=%s", t->first_unmatched[0] ? "" : "-");
    for (int i = 0; i < HTTPSTATUS_FIRST_UNMATCHED && t->first_unmatched[i]; i++)
        put("%s%" PRIu64, i ? "," : "", t->first_unmatched[i]);
    for (int i = 1; i <= 5; i++)
        put_number_field(httpstatus_class_of(i * 100).data, httpstatus_tally_class(t, i));
    put_number_field("other", httpstatus_tally_class(t, 0));
    put(" counts=");
    for (int i = HTTPSTATUS_STATUS_MIN; i <= HTTPSTATUS_STATUS_MAX; i++) {
        if (httpstatus_tally_count(t, i) == 0)
            continue;
        put("%s%d:%" PRIu64, any ? "," : "", i, httpstatus_tally_count(t, i));
        any = true;
    }
    if (!any)
        put("-");
}

/* The format that most records have; of two with the same number, the more specific one. */
static enum httpstatus_format format_of_most(const char *p, size_t size)
{
    const uint64_t *records = counted()->formats;
    int best = HTTPSTATUS_FORMAT_NONE;

    httpstatus_scanner_init(&scanner, &(struct httpstatus_options){.format = HTTPSTATUS_AUTO},
                            NULL);
    httpstatus_scan(&scanner, p, size, NULL, 0, NULL);
    httpstatus_finish(&scanner, NULL, 0);
    for (int i = best; i < HTTPSTATUS_FORMATS; i++)
        if (records[i] > records[best])
            best = i;
    return (enum httpstatus_format)best;
}

static void do_detect(const struct argument *a)
{
    put_text(text_of(httpstatus_format_name(format_of_most(a[0].data, a[0].size))));
}

/* Of the beginnings of the log too, each in memory of its own size. */
static void do_suggest(const struct argument *a)
{
    enum { STEP = 7 };
    struct httpstatus_suggestion found;
    const char *option = NULL;

    for (size_t cut = a[0].size / STEP + 1; cut-- > 0;) {
        const size_t size = a[0].size - cut * STEP;
        char *log = malloc(size + !size);
        memcpy(log, a[0].data, size);
        option = httpstatus_suggest(&scanner, log, size, &found);
        free(log);
    }
    if (!option) {
        put("-");
        return;
    }
    put_field(option, (struct httpstatus_text){found.text, found.size});
    put_number_field("matched", found.matched);
    put_number_field("lines", found.lines);
}

/* In a buffer of each size from 0 on: too small until it fits, and then always the same. */
static void do_resolve(const struct argument *a)
{
    enum { MOST = 2048 };
    static char buffer[MOST], before[MOST];
    struct httpstatus_text base = {a[1].data, a[1].size}, location = {a[2].data, a[2].size};
    struct httpstatus_location r = {.problem = HTTPSTATUS_PROBLEM_NONE};
    enum httpstatus_url_rules rules;
    enum httpstatus_resolve_result result = HTTPSTATUS_RESOLVE_TOO_LONG;
    size_t bound = httpstatus_url_size(base.size, location.size), size = 0;

    if (!httpstatus_url_rules(a[0].data, a[0].size, &rules)) {
        put("!unknown-rules");
        return;
    }
    for (; result == HTTPSTATUS_RESOLVE_TOO_LONG && size <= bound; size++) {
        memset(buffer, '?', sizeof buffer);
        result = httpstatus_resolve(base, location, rules, buffer, size, &r);
        check(size == bound || buffer[size] == '?', "a URL in its buffer");
    }
    check(result != HTTPSTATUS_RESOLVE_TOO_LONG, "a buffer that is large enough");
    check(r.url.size <= 3 * (base.size + location.size) + 16, "a URL that is no longer than said");
    if (r.url.data)
        memcpy(before, r.url.data, r.url.size);
    check(httpstatus_resolve(base, location, rules, buffer, bound, &r) == result &&
              (!r.url.data || memcmp(before, r.url.data, r.url.size) == 0),
          "the same URL in a larger buffer");
    if (result == HTTPSTATUS_RESOLVE_INVALID_BASE) {
        put("!invalid-base");
        return;
    }
    put_field("url", r.url);
    put_field("problem", text_of(httpstatus_problem_name(r.problem)));
    put_truth("cross_origin", r.url.data, r.cross_origin);
    put_truth("cross_host", r.url.data, r.cross_host);
    put_truth("scheme_changed", r.url.data, r.scheme_changed);
    put_truth("downgraded", r.url.data, r.downgraded);
    put_truth("has_userinfo", r.url.data, r.has_userinfo);
}

/* A copy that ends where its memory does. */
static char *copy_of(struct argument a)
{
    char *copy = calloc(1, a.size);

    if (a.size)
        memcpy(copy, a.data, a.size);
    return copy;
}

static void do_parse_time(const struct argument *a)
{
    const bool zone = owner_of(a[0]), reference = owner_of(a[1]);
    struct httpstatus_clock clock = {
        .has_zone = zone,
        .has_reference = reference,
        .zone = zone ? (int)strtol(a[0].data, NULL, 10) : INT_MIN,
        .reference = reference ? strtoll(a[1].data, NULL, 10) : INT64_MIN,
    };
    struct httpstatus_time time = {5, 5, true}, same = {5, 5, true};
    char *text = copy_of(a[2]);
    const bool read = httpstatus_parse_time(text, a[2].size, &clock, &time);

    if (!zone && !reference)
        check(httpstatus_parse_time(text, a[2].size, NULL, &same) == read &&
                  time.seconds == same.seconds && time.has_zone == same.has_zone,
              "the same time without a clock");
    free(text);
    if (!read) {
        check(time.seconds == 5 && time.nanoseconds == 5 && time.has_zone, "a time as it was");
        put("-");
        return;
    }
    put("seconds=%" PRId64 " nanoseconds=%d", time.seconds, time.nanoseconds);
    put_truth("has_zone", true, time.has_zone);
}

static void do_unescape(const struct argument *a)
{
    char *text = copy_of(a[1]), *plain = malloc(a[1].size);
    enum httpstatus_escape escape;

    if (httpstatus_escape_find(a[0].data, a[0].size, &escape))
        put_text((struct httpstatus_text){
            plain,
            httpstatus_unescape((struct httpstatus_text){text, a[1].size}, escape, plain),
        });
    else
        put("!invalid-escape");
    free(text);
    free(plain);
}

/* The first record of the text; HTTPSTATUS_UNMATCHED as its status if there is none. */
static struct httpstatus_line first_record(struct argument text)
{
    struct httpstatus_line line = {.status = HTTPSTATUS_UNMATCHED};
    size_t used, stored;

    for (size_t at = 0; at < text.size; at += used) {
        stored = httpstatus_scan(&scanner, text.data + at, text.size - at, &line, 1, &used);
        if (stored && line.status >= HTTPSTATUS_NO_STATUS)
            return line;
    }
    while (httpstatus_finish(&scanner, &line, 1))
        if (line.status >= HTTPSTATUS_NO_STATUS)
            return line;
    line.status = HTTPSTATUS_UNMATCHED;
    return line;
}

static void put_part_name(enum httpstatus_part part)
{
    put(",%s=", httpstatus_part_name(part));
}

static void put_number_part(enum httpstatus_part part, int64_t number, int64_t least)
{
    if (number >= least) {
        put_part_name(part);
        put("%" PRId64, number);
    }
}

static void put_time_part(const struct httpstatus_record *record)
{
    struct httpstatus_time time;

    if (!httpstatus_record_time(record, NULL, &time))
        return;
    put_part_name(HTTPSTATUS_PART_TIME);
    put("%" PRId64, time.seconds);
    if (time.nanoseconds)
        put(".%09d", time.nanoseconds);
    put("%s", time.has_zone ? "Z" : "");
}

static void put_text_part(const struct httpstatus_record *record, enum httpstatus_part part)
{
    const struct httpstatus_text text = record->parts[part];
    char *plain = malloc(text.size);
    const size_t size = httpstatus_unescape(text, record->escapes[part], plain);

    if (text.data) {
        put_part_name(part);
        put_text((struct httpstatus_text){plain, size});
    }
    free(plain);
}

static void put_part(const struct httpstatus_record *record, enum httpstatus_part part)
{
    if (part == HTTPSTATUS_PART_TIME)
        put_time_part(record);
    else if (part == HTTPSTATUS_PART_BYTES)
        put_number_part(part, httpstatus_record_bytes(record), 0);
    else if (part == HTTPSTATUS_PART_DURATION)
        put_number_part(part, httpstatus_record_duration(record), 0);
    else if (part == HTTPSTATUS_PART_UPSTREAM_STATUS)
        put_number_part(part, httpstatus_record_upstream(record), 0);
    else
        put_text_part(record, part);
}

static bool lies_in(struct httpstatus_text text, const char *p, size_t size)
{
    return text.data >= p && text.data + text.size <= p + size;
}

/* What httpstatus_series_add_line() does, once the record is divided. */
static void add_record(struct httpstatus_series *s, const struct httpstatus_record *record,
                       const struct httpstatus_clock *clock, int status)
{
    struct httpstatus_time time;

    if (httpstatus_record_time(record, clock, &time))
        httpstatus_series_add(s, time.seconds, status);
    else
        httpstatus_series_restore(s, httpstatus_series_step(s), httpstatus_series_untimed(s) + 1,
                                  httpstatus_series_overflow(s));
}

/* A series counts a line at the time that its record has. */
static void check_time(const struct httpstatus_line *line, const char *p, char *buffer,
                       const struct httpstatus_record *record)
{
    enum { TOGETHER = 64 };
    static struct httpstatus_series lines, records;
    static unsigned count;

    if (count++ % TOGETHER == 0) {
        httpstatus_series_init(&lines, 1, NULL);
        httpstatus_series_init(&records, 1, NULL);
    }
    add_record(&records, record, NULL, line->status);
    httpstatus_series_add_line(&lines, &scanner, line, p, buffer);
    if (!httpstatus_series_equal(&lines, &records))
        check(false, "the time of a line is that of its record");
}

static bool same_place(struct httpstatus_text a, struct httpstatus_text b)
{
    return a.data == b.data && a.size == b.size;
}

/* Asked for one part, another each time, a division gives it as it gives it among all. */
static void divide_alone(const struct httpstatus_line *line, const char *text, char *buffer,
                         const struct httpstatus_record *all)
{
    static int i;
    struct httpstatus_record record;

    i = (i + 1) % HTTPSTATUS_PARTS;
    httpstatus_record(&scanner, line, text, buffer, 1U << i, &record);
    if (!same_place(record.parts[i], all->parts[i]) || record.escapes[i] != all->escapes[i] ||
        record.utc != all->utc ||
        (i == HTTPSTATUS_PART_DURATION && record.duration_unit != all->duration_unit))
        check(false, "a part alone");
}

static bool same_record(const struct httpstatus_record *a, const struct httpstatus_record *b)
{
    bool same = a->utc == b->utc && a->duration_unit == b->duration_unit;

    for (int i = 0; i < HTTPSTATUS_PARTS; i++)
        same = same && same_place(a->parts[i], b->parts[i]) && a->escapes[i] == b->escapes[i];
    return same;
}

static void use_scanner(size_t i)
{
    const char *name = httpstatus_scanner_at(i);

    httpstatus_scanner_use(name, strlen(name));
}

/* Another scanner, each time the next that runs here, divides a line as the first one does. */
static void divide_otherwise(const struct httpstatus_line *line, const char *text, char *buffer,
                             const struct httpstatus_record *all)
{
    static size_t i;
    struct httpstatus_record record;

    i = httpstatus_scanner_at(i + 1) ? i + 1 : 0;
    use_scanner(i);
    httpstatus_record(&scanner, line, text, buffer, HTTPSTATUS_ALL_PARTS, &record);
    if (!same_record(&record, all))
        check(false, "parts by another scanner");
    use_scanner(0);
}

/* Divides bytes that need not be the line's: nothing outside them is read or given out. */
static void divide_any(const struct httpstatus_line *line, char *p, size_t size)
{
    char *text = copy_of((struct argument){p, size}), *buffer = malloc(2 * size);
    struct httpstatus_line other = *line;
    struct httpstatus_record record;
    bool inside = true;

    other.start = 0;
    other.end = size;
    httpstatus_record(&scanner, &other, text, buffer, HTTPSTATUS_ALL_PARTS, &record);
    check_time(&other, text, buffer, &record);
    divide_alone(&other, text, buffer, &record);
    divide_otherwise(&other, text, buffer, &record);
    for (int i = 0; i < HTTPSTATUS_PARTS; i++)
        inside = inside && (!record.parts[i].data || lies_in(record.parts[i], text, size) ||
                            lies_in(record.parts[i], buffer, 2 * size));
    if (!inside)
        check(false, "parts within the line or the buffer");
    free(text);
    free(buffer);
}

/* Shorter lines, lines with a byte changed, and another status. */
static void divide_others(const struct httpstatus_line *line, struct argument bytes)
{
    static const char other[] = "\"\\ -[]{}:/.,?9\t";
    struct httpstatus_line changed = *line;
    char *text = copy_of(bytes);

    for (size_t size = 0; size < bytes.size; size += stride)
        divide_any(line, text, size);
    for (size_t i = 0; i < bytes.size; i += stride) {
        for (size_t c = 0; c < sizeof other; c++) {
            text[i] = other[c];
            divide_any(line, text, bytes.size);
        }
        text[i] = bytes.data[i];
    }
    changed.status++;
    divide_any(&changed, text, bytes.size);
    changed.format = HTTPSTATUS_FORMAT_NONE;
    divide_any(&changed, text, bytes.size);
    free(text);
}

/* Lines that no careful reader takes for records. */
static void test_no_records(void)
{
    static const char *const texts[] = {
        "{\"log\":\"\\n\"}",
        "  [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 7",
    };
    const struct httpstatus_options clf = {.format = HTTPSTATUS_CLF};
    const struct httpstatus_line line = {.status = 200, .format = HTTPSTATUS_CLF};

    check(httpstatus_scanner_init(&scanner, &clf, NULL), "a scanner");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *text = copy_of((struct argument){(char *)(uintptr_t)texts[i], strlen(texts[i])});
        divide_any(&line, text, strlen(texts[i]));
        free(text);
    }
}

static void do_record(const struct argument *a)
{
    struct httpstatus_format_error error;
    struct httpstatus_options options = options_of(a[0], &error);
    struct httpstatus_record record;

    if (!httpstatus_scanner_init(&scanner, &options, NULL)) {
        put_refusal(&error);
        return;
    }
    const struct httpstatus_line line = first_record(a[1]);
    if (line.status == HTTPSTATUS_UNMATCHED) {
        put("-");
        return;
    }
    const struct argument bytes = {a[1].data + line.start, (size_t)(line.end - line.start)};
    char *text = copy_of(bytes), *buffer = malloc(2 * bytes.size);
    httpstatus_record(&scanner, &line, text, buffer, HTTPSTATUS_ALL_PARTS, &record);
    put("status=");
    if (line.status == HTTPSTATUS_NO_STATUS)
        put("-");
    else
        put("%d", line.status);
    for (int i = 0; i < HTTPSTATUS_PARTS; i++) {
        const enum httpstatus_part part = (enum httpstatus_part)i;
        if (record.parts[part].data)
            check(lies_in(record.parts[part], text, bytes.size) ||
                      lies_in(record.parts[part], buffer, 2 * bytes.size),
                  "a part lies in the line or in the buffer");
        put_part(&record, part);
    }
    divide_others(&line, bytes);
    free(text);
    free(buffer);
}

/* ---- Series ---- */

static struct httpstatus_series series;

static int step_of(struct argument a)
{
    return owner_of(a) ? (int)strtol(a.data, NULL, 10) : 0;
}

static void put_bucket(const struct httpstatus_bucket *bucket)
{
    put("%" PRId64 ":", bucket->start);
    for (int i = 1; i <= HTTPSTATUS_CLASSES; i++)
        put("%" PRIu64 "%s", bucket->counts[i % HTTPSTATUS_CLASSES],
            i < HTTPSTATUS_CLASSES ? "/" : "");
}

/* All buckets or, of many, the first two and the last two. */
static void put_buckets(const struct httpstatus_series *s)
{
    enum { ENDS = 2, MANY = 6 };
    const size_t count = httpstatus_series_count(s);

    put(" buckets=%s", count ? "" : "-");
    for (size_t i = 0; i < count; i++) {
        const bool left_out = count > MANY && i >= ENDS && i < count - ENDS;
        const struct httpstatus_bucket bucket = httpstatus_series_at(s, i);
        if (!left_out || i == ENDS)
            put("%s", i ? "," : "");
        if (!left_out)
            put_bucket(&bucket);
        else if (i == ENDS)
            put("+%zu", count - 2 * ENDS);
    }
}

static void put_series(const struct httpstatus_series *s)
{
    put_number_field("step", (uint64_t)httpstatus_series_step(s));
    put_number_field("untimed", httpstatus_series_untimed(s));
    put_number_field("overflow", httpstatus_series_overflow(s));
    put_buckets(s);
}

/* What httpstatus_series_add_line() adds, by another way. */
static void add_divided(struct httpstatus_series *s, const struct httpstatus_clock *clock,
                        const struct httpstatus_line *line, const char *p, char *buffer)
{
    struct httpstatus_record record;

    if (line->status < HTTPSTATUS_NO_STATUS)
        return;
    httpstatus_record(&scanner, line, p, buffer, HTTPSTATUS_ALL_PARTS, &record);
    add_record(s, &record, clock, line->status);
}

/* The series of a log, whose every line is read in two ways. */
static void series_of_log(int step, const struct httpstatus_clock *clock, struct argument log)
{
    static struct httpstatus_series divided;
    struct httpstatus_line line;
    char *buffer = malloc(2 * log.size);
    size_t stored, used = 0;

    httpstatus_series_init(&series, step, clock);
    httpstatus_series_init(&divided, step, clock);
    for (size_t at = 0; at < log.size; at += used) {
        stored = httpstatus_scan(&scanner, log.data + at, log.size - at, &line, 1, &used);
        for (size_t i = 0; i < stored; i++) {
            httpstatus_series_add_line(&series, &scanner, &line, log.data + line.start, buffer);
            add_divided(&divided, clock, &line, log.data + line.start, buffer);
        }
    }
    while (httpstatus_finish(&scanner, &line, 1)) {
        httpstatus_series_add_line(&series, &scanner, &line, log.data + line.start, buffer);
        add_divided(&divided, clock, &line, log.data + line.start, buffer);
    }
    check(httpstatus_series_equal(&series, &divided), "the times of lines are those of records");
    free(buffer);
}

/* By httpstatus_series_scan(), with room for so many lines a call; false if the options are bad. */
static bool scan_series(struct httpstatus_series *s, int step, const struct httpstatus_clock *clock,
                        const struct httpstatus_options *options, struct argument log,
                        size_t capacity)
{
    static struct httpstatus_line lines[CHECKED_LINES];
    char *buffer = malloc(2 * log.size);
    size_t stored, used = 0;

    const bool begun = httpstatus_scanner_init(&scanner, options, NULL);
    httpstatus_series_init(s, step, clock);
    for (size_t at = 0; begun && at < log.size; at += used) {
        stored = httpstatus_series_scan(s, &scanner, log.data + at, log.size - at, lines, capacity,
                                        &used);
        for (size_t i = 0; i < stored; i++)
            httpstatus_series_add_line(s, &scanner, &lines[i], log.data + lines[i].start, buffer);
    }
    while (begun && (stored = httpstatus_finish(&scanner, lines, 1)) > 0)
        httpstatus_series_add_line(s, &scanner, lines, log.data + lines->start, buffer);
    free(buffer);
    return begun;
}

/*
 * A log several times over, and blank lines: no line is then too near to the end for a quick look.
 * Free its bytes.
 */
static struct argument repeated(struct argument log)
{
    enum { TIMES = 4, BLANK_LINES = 512 };
    struct argument many = {malloc(TIMES * (log.size + 1) + BLANK_LINES), 0};

    for (int i = 0; i < TIMES; i++, many.size += log.size + 1) {
        if (log.size)
            memcpy(many.data + many.size, log.data, log.size);
        many.data[many.size + log.size] = '\n';
    }
    memset(many.data + many.size, '\n', BLANK_LINES);
    many.size += BLANK_LINES;
    return many;
}

/* The times of most lines are then like that of the one before; by every scanner that runs here. */
static void check_quick_times(int step, const struct httpstatus_clock *clock,
                              const struct httpstatus_options *options, struct argument log)
{
    static struct httpstatus_series slow, quick;
    struct argument many = repeated(log);

    check(httpstatus_scanner_init(&scanner, options, NULL), "a scanner");
    series_of_log(step, clock, many);
    slow = series;
    const struct httpstatus_tally tally = *counted();
    for (size_t i = 0; httpstatus_scanner_at(i); i++)
        for (size_t capacity = 1; capacity <= CHECKED_LINES; capacity *= 8) {
            httpstatus_scanner_use(httpstatus_scanner_at(i), strlen(httpstatus_scanner_at(i)));
            scan_series(&quick, step, clock, options, many, capacity);
            check(httpstatus_series_equal(&slow, &quick), "times by quick looks");
            check(httpstatus_tally_equal(&tally, counted()), "counts beside times");
        }
    httpstatus_scanner_use(httpstatus_scanner_at(0), strlen(httpstatus_scanner_at(0)));
    free(many.data);
}

static void do_series(const struct argument *a)
{
    const bool zone = owner_of(a[1]), reference = owner_of(a[2]);
    const struct httpstatus_clock clock = {
        .has_zone = zone,
        .has_reference = reference,
        .zone = zone ? (int)strtol(a[1].data, NULL, 10) : 0,
        .reference = reference ? strtoll(a[2].data, NULL, 10) : 0,
    };
    struct httpstatus_format_error error;
    struct httpstatus_options options = options_of(a[3], &error);

    check_quick_times(step_of(a[0]), &clock, &options, a[4]);
    check(httpstatus_scanner_init(&scanner, &options, NULL), "a scanner");
    series_of_log(step_of(a[0]), &clock, a[4]);
    put_series(&series);
}

static void do_series_log(const struct argument *a)
{
    char none[] = "-";
    const struct argument log = log_named(a[1]);
    const struct argument all[] = {{none, 1}, {none, 1}, {none, 1}, a[0], log};

    do_series(all);
}

/* What is done with a number, a time or a duration, and a status. */
typedef void add_function(void *to, int64_t number, int status);

/* Adds "0:200,60+10*5:404": a status at a time, or at five times from 60 on, 10 seconds apart. */
static void add_numbers(void *to, add_function *add, const char *numbers)
{
    while (*numbers && *numbers != '|') {
        char *at;
        int64_t start = strtoll(numbers, &at, 10), every = 0;
        long count = 1;
        if (*at == '+') {
            every = strtoll(at + 1, &at, 10);
            count = strtol(at + 1, &at, 10);
        }
        const int status = at[1] == '-' ? HTTPSTATUS_NO_STATUS : (int)strtol(at + 1, &at, 10);
        for (long i = 0; i < count; i++)
            add(to, start + i * every, status);
        at += status == HTTPSTATUS_NO_STATUS ? 2 : 0;
        numbers = at + (*at == ',');
    }
}

static void add_time(void *to, int64_t seconds, int status)
{
    httpstatus_series_add(to, seconds, status);
}

static void add_times(struct httpstatus_series *s, const char *times)
{
    add_numbers(s, add_time, times);
}

/* The parts between '|', added up from the last to the first. */
static void merge_times(struct httpstatus_series *s, const char *times, int step)
{
    static struct httpstatus_series part;

    for (const char *end = times + strlen(times); end >= times; end--)
        if (end == times || end[-1] == '|') {
            check(httpstatus_series_init(&part, step, NULL), "a step");
            add_times(&part, end);
            check(httpstatus_series_merge(s, &part), "series of one step");
        }
}

static void series_of_times(int step, const char *times)
{
    static struct httpstatus_series sum;

    httpstatus_series_init(&series, step, NULL);
    httpstatus_series_init(&sum, step, NULL);
    for (const char *part = times; part; part = strchr(part, '|'))
        add_times(&series, part += *part == '|');
    merge_times(&sum, times, step);
    check(httpstatus_series_equal(&series, &sum), "parts add up");
}

static void do_series_of(const struct argument *a)
{
    series_of_times(step_of(a[0]), a[1].data);
    put_series(&series);
}

static void do_series_began(const struct argument *a)
{
    const unsigned classes = httpstatus_classes(a[1].data, a[1].size);
    int64_t begin, end;

    series_of_times(step_of(a[0]), a[2].data);
    if (!classes)
        put("!invalid-class");
    else if (httpstatus_series_began(&series, classes, &begin, &end))
        put("begin=%" PRId64 " end=%" PRId64, begin, end);
    else
        put("-");
}

static void do_series_rate(const struct argument *a)
{
    const unsigned classes = httpstatus_classes(a[1].data, a[1].size);

    series_of_times(step_of(a[0]), a[2].data);
    for (size_t i = 0; i < httpstatus_series_count(&series); i++) {
        put_comma();
        put("%.6f", httpstatus_series_rate(&series, i, classes));
    }
    put_end_of_list();
}

/* ---- Latency ---- */

static struct httpstatus_latency latency;

static void put_summary(struct httpstatus_latency_summary summary)
{
    put_number_field("count", summary.count);
    put(summary.count ? " min=%" PRId64 " max=%" PRId64 : " min=- max=-", summary.min, summary.max);
    put(summary.sum < UINT64_MAX ? " sum=%" PRIu64 : " sum=-", summary.sum);
}

static void put_durations(const struct httpstatus_latency_bucket *bucket)
{
    put("%" PRIu64 "-%" PRIu64 ":", bucket->low, bucket->high);
    for (int i = 1; i <= HTTPSTATUS_CLASSES; i++)
        put("%" PRIu64 "%s", bucket->counts[i % HTTPSTATUS_CLASSES],
            i < HTTPSTATUS_CLASSES ? "/" : "");
}

static void put_latency(const struct httpstatus_latency *l)
{
    size_t i = httpstatus_latency_next(l, 0);

    put_number_field("untimed", httpstatus_latency_untimed(l));
    put_summary(httpstatus_latency_summary(l, HTTPSTATUS_ALL_CLASSES));
    put(" buckets=%s", i < HTTPSTATUS_LATENCY_BUCKETS ? "" : "-");
    for (const char *comma = ""; i < HTTPSTATUS_LATENCY_BUCKETS; comma = ",") {
        const struct httpstatus_latency_bucket bucket = httpstatus_latency_at(l, i);
        put("%s", comma);
        put_durations(&bucket);
        i = httpstatus_latency_next(l, i + 1);
    }
}

static void latency_of_log(struct argument form, struct argument log)
{
    struct httpstatus_format_error error;
    struct httpstatus_options options = options_of(form, &error);
    struct httpstatus_line line;
    char *buffer = malloc(2 * log.size);
    size_t used;

    check(httpstatus_scanner_init(&scanner, &options, NULL), "a scanner");
    httpstatus_latency_init(&latency);
    for (size_t at = 0; at < log.size; at += used)
        if (httpstatus_scan(&scanner, log.data + at, log.size - at, &line, 1, &used))
            httpstatus_latency_add_line(&latency, &scanner, &line, log.data + line.start, buffer);
    while (httpstatus_finish(&scanner, &line, 1))
        httpstatus_latency_add_line(&latency, &scanner, &line, log.data + line.start, buffer);
    free(buffer);
    put_latency(&latency);
}

static void do_latency(const struct argument *a)
{
    latency_of_log(a[0], a[1]);
}

static void do_latency_log(const struct argument *a)
{
    latency_of_log(a[0], log_named(a[1]));
}

static void add_duration(void *to, int64_t nanoseconds, int status)
{
    httpstatus_latency_add(to, nanoseconds, status);
}

/* Of "5000000:200|7:404": nanoseconds in parts, which are added up from the last to the first. */
static void latency_of_durations(const char *durations)
{
    static struct httpstatus_latency part, sum;

    httpstatus_latency_init(&latency);
    httpstatus_latency_init(&sum);
    for (const char *p = durations; p; p = strchr(p, '|'))
        add_numbers(&latency, add_duration, p += *p == '|');
    for (const char *end = durations + strlen(durations); end >= durations; end--)
        if (end == durations || end[-1] == '|') {
            httpstatus_latency_init(&part);
            add_numbers(&part, add_duration, end);
            httpstatus_latency_merge(&sum, &part);
        }
    check(httpstatus_latency_equal(&latency, &sum), "parts add up");
}

static void do_latency_of(const struct argument *a)
{
    latency_of_durations(a[0].data);
    put_latency(&latency);
}

/* "-" stands for all. */
static unsigned classes_of(struct argument a)
{
    return owner_of(a) ? httpstatus_classes(a.data, a.size) : HTTPSTATUS_ALL_CLASSES;
}

static void do_latency_summary(const struct argument *a)
{
    latency_of_durations(a[1].data);
    if (classes_of(a[0]))
        put_summary(httpstatus_latency_summary(&latency, classes_of(a[0])));
    else
        put("!invalid-class");
}

static void do_latency_quantile(const struct argument *a)
{
    const double q = strtod(a[0].data, NULL);
    struct httpstatus_quantile quantile;

    latency_of_durations(a[2].data);
    if (!classes_of(a[1]))
        put("!invalid-class");
    else if (httpstatus_latency_quantile(&latency, q, classes_of(a[1]), &quantile))
        put("value=%" PRId64 " low=%" PRIu64 " high=%" PRIu64, quantile.value, quantile.low,
            quantile.high);
    else
        put(q >= 0 && q <= 1 ? "-" : "!invalid-q");
}

/* ---- Conditions ---- */

/* "971211336.000000001", "-1.5" */
static struct httpstatus_time instant_of(const char *p)
{
    char *end;
    struct httpstatus_time time = {.seconds = strtoll(p, &end, 10), .has_zone = true};

    for (int i = 0, digit = *end == '.'; i < 9; i++) {
        digit = digit && end[1] >= '0' && end[1] <= '9';
        end += digit;
        time.nanoseconds = time.nanoseconds * 10 + (digit ? *end - '0' : 0);
    }
    if (*p == '-' && time.nanoseconds) {
        time.seconds--;
        time.nanoseconds = 1000000000 - time.nanoseconds;
    }
    return time;
}

static void read_condition(struct httpstatus_conditions *conditions, const char *name,
                           struct httpstatus_text text)
{
    if (strcmp(name, "since") == 0) {
        conditions->has_since = true;
        conditions->since = instant_of(text.data);
    } else if (strcmp(name, "until") == 0) {
        conditions->has_until = true;
        conditions->until = instant_of(text.data);
    } else if (strcmp(name, "zone") == 0) {
        conditions->clock.has_zone = true;
        conditions->clock.zone = (int)strtol(text.data, NULL, 10);
    } else if (strcmp(name, "reference") == 0) {
        conditions->clock.has_reference = true;
        conditions->clock.reference = strtoll(text.data, NULL, 10);
    } else {
        *(strcmp(name, "method") == 0 ? &conditions->method
          : strcmp(name, "path") == 0 ? &conditions->path
          : strcmp(name, "host") == 0 ? &conditions->host
                                      : &conditions->exclude_path) = text;
    }
}

/* "since=1.5;path=/a;zone=0", or "-" for none */
static struct httpstatus_conditions conditions_of(struct argument a)
{
    struct httpstatus_conditions conditions = {.has_since = false};
    char *const end = a.data + a.size;

    for (char *word = a.data; owner_of(a) && word < end;) {
        char *stop = memchr(word, ';', (size_t)(end - word)), *value = strchr(word, '=') + 1;
        stop = stop ? stop : end;
        value[-1] = '\0';
        read_condition(&conditions, word, (struct httpstatus_text){value, (size_t)(stop - value)});
        word = stop + 1;
    }
    return conditions;
}

/* What a log has that meets conditions. */
struct met {
    const struct httpstatus_conditions *conditions;
    struct httpstatus_tally tally, all; /* and without conditions */
    struct httpstatus_series series;
};

static void add_met(struct met *met, const struct httpstatus_line *line, const char *p,
                    char *buffer)
{
    static const struct httpstatus_conditions none;
    struct httpstatus_record record;
    const enum httpstatus_answer answer = httpstatus_line_meets(
        met->conditions, &scanner, line, p, buffer, HTTPSTATUS_ALL_PARTS, &record);

    httpstatus_tally_line(&met->tally, line, answer);
    httpstatus_tally_line(
        &met->all, line,
        httpstatus_line_meets(&none, &scanner, line, p, buffer, HTTPSTATUS_ALL_PARTS, &record));
    if (answer != HTTPSTATUS_YES)
        return;
    put_lines(line, 1, true);
    httpstatus_series_add_record(&met->series, &record, line->status);
}

static void scan_met(struct met *met, struct argument log)
{
    struct httpstatus_line line;
    char *buffer = malloc(2 * log.size);
    size_t used;

    for (size_t at = 0; at < log.size; at += used)
        if (httpstatus_scan(&scanner, log.data + at, log.size - at, &line, 1, &used))
            add_met(met, &line, log.data + line.start, buffer);
    while (httpstatus_finish(&scanner, &line, 1))
        add_met(met, &line, log.data + line.start, buffer);
    free(buffer);
    httpstatus_tally_rest(&met->tally, counted());
    httpstatus_tally_rest(&met->all, counted());
}

static uint64_t count_in(const struct httpstatus_series *s)
{
    uint64_t sum = httpstatus_series_untimed(s);

    for (size_t i = 0; i < httpstatus_series_count(s); i++)
        for (int j = 0; j < HTTPSTATUS_CLASSES; j++)
            sum += httpstatus_series_at(s, i).counts[j];
    return sum;
}

static void do_where(const struct argument *a)
{
    static struct met met;
    struct httpstatus_format_error error;
    struct httpstatus_options options = options_of(a[1], &error);
    const struct httpstatus_conditions conditions = conditions_of(a[0]);
    const char *wrong = httpstatus_conditions_check(&conditions);

    if (wrong) {
        put("!invalid-%s", wrong);
        return;
    }
    met = (struct met){.conditions = &conditions};
    httpstatus_series_init(&met.series, 0, &conditions.clock);
    check(httpstatus_scanner_init(&scanner, &options, NULL), "a scanner");
    scan_met(&met, a[2]);
    put_end_of_list();
    put_number_field("records", met.tally.records);
    put_number_field("excluded", met.tally.excluded);
    put_number_field("untimed", met.tally.untimed);
    check(count_in(&met.series) == met.tally.records, "a series of the same records");
    check(httpstatus_tally_equal(&met.all, counted()), "no conditions exclude nothing");
}

/* ---- Top ---- */

static struct httpstatus_top top;

/* "n=3;entries=2;group=id", or "-"; false if a name of a group is none. */
static bool read_top_options(const char *text, struct httpstatus_top_options *options)
{
    for (const char *word = strcmp(text, "-") == 0 ? "" : text; *word;) {
        const size_t size = strcspn(word, ";");
        const char *value = strchr(word, '=') + 1;
        if (*word == 'n')
            options->n = strtoul(value, NULL, 10);
        else if (*word == 'e')
            options->entries = strtoul(value, NULL, 10);
        else if (!httpstatus_group_find(value, size - (size_t)(value - word), &options->group))
            return false;
        word += size + (word[size] == ';');
    }
    return true;
}

/* What is wrong with options, which are also refused; NULL if nothing is. */
static const char *begin_top(struct argument by, const char *text,
                             struct httpstatus_top_options *options)
{
    if (!httpstatus_top_by(by.data, by.size, &options->by))
        return "by";
    const char *wrong = read_top_options(text, options) ? httpstatus_top_check(options) : "group";
    check(!wrong || !strcmp(wrong, "group") || !httpstatus_top_init(&top, options),
          "wrong options");
    check(wrong || httpstatus_top_init(&top, options), "right options");
    return wrong;
}

/* All entries that are shown or, of many, the first two and the last two. */
static void put_top(const struct httpstatus_top *t)
{
    enum { ENDS = 2, MANY = 6 };
    const size_t count = httpstatus_top_count(t);

    put_number_field("total", httpstatus_top_total(t));
    put_number_field("absent", httpstatus_top_absent(t));
    put_number_field("cut", httpstatus_top_cut(t));
    put_number_field("bound", httpstatus_top_bound(t));
    put(" exact=%s kept=%zu top=%s", httpstatus_top_exact(t) ? "yes" : "no", httpstatus_top_kept(t),
        count ? "" : "-");
    for (size_t i = 0; i < count; i++) {
        const bool left_out = count > MANY && i >= ENDS && i < count - ENDS;
        const struct httpstatus_top_entry entry = httpstatus_top_at(t, i);
        if (!left_out || i == ENDS)
            put("%s", i ? "," : "");
        if (left_out && i == ENDS)
            put("+%zu", count - 2 * ENDS);
        if (left_out)
            continue;
        put_text(entry.value);
        put(":%" PRIu64 ":%" PRIu64, entry.count, entry.error);
    }
}

/* A saved top is the same again, in whatever order its entries come. */
static void check_restored(const struct httpstatus_top *t, bool backwards)
{
    static struct httpstatus_top again;
    const struct httpstatus_top_options options = httpstatus_top_options(t);
    const size_t kept = httpstatus_top_kept(t);
    bool added = httpstatus_top_init(&again, &options);

    httpstatus_top_restore(&again, httpstatus_top_total(t), httpstatus_top_absent(t),
                           httpstatus_top_cut(t), httpstatus_top_bound(t));
    for (size_t i = 0; i < kept; i++) {
        const struct httpstatus_top_entry entry =
            httpstatus_top_at(t, backwards ? kept - 1 - i : i);
        added = added && httpstatus_top_add_entry(&again, &entry) &&
                !httpstatus_top_add_entry(&again, &entry);
    }
    check(added && httpstatus_top_equal(&again, t), "a top that was saved");
}

/* What httpstatus_top_add_line() does, by other ways. */
static void add_value(struct httpstatus_top *t, const struct httpstatus_line *line, const char *p,
                      char *buffer)
{
    struct httpstatus_record record;

    httpstatus_record(&scanner, line, p, buffer, HTTPSTATUS_ALL_PARTS, &record);
    httpstatus_top_add_record(t, &record);
}

/* The top of a log, a line at a time: those that the filter wants, without the scanner's help. */
static void top_of_lines(struct httpstatus_top *t, const struct httpstatus_filter *filter,
                         struct argument log)
{
    struct httpstatus_line line;
    char *buffer = malloc(2 * log.size);
    size_t used, stored;

    for (size_t at = 0; at < log.size; at += used) {
        stored = httpstatus_scan(&scanner, log.data + at, log.size - at, &line, 1, &used);
        if (stored && httpstatus_filter_wants(filter, line.status, line.substatus) &&
            line.status >= HTTPSTATUS_NO_STATUS)
            add_value(t, &line, log.data + line.start, buffer);
    }
    while (httpstatus_finish(&scanner, &line, 1))
        if (httpstatus_filter_wants(filter, line.status, line.substatus) &&
            line.status >= HTTPSTATUS_NO_STATUS)
            add_value(t, &line, log.data + line.start, buffer);
    httpstatus_top_end(t);
    free(buffer);
}

/* By httpstatus_top_scan(), with room for so many lines a call. */
static void scan_top(struct httpstatus_top *t, struct argument log, size_t capacity)
{
    static struct httpstatus_line lines[CHECKED_LINES];
    char *buffer = malloc(2 * log.size);
    size_t stored, used;

    for (size_t at = 0; at < log.size; at += used) {
        stored =
            httpstatus_top_scan(t, &scanner, log.data + at, log.size - at, lines, capacity, &used);
        for (size_t i = 0; i < stored; i++)
            httpstatus_top_add_line(t, &scanner, &lines[i], log.data + lines[i].start, buffer);
    }
    while (httpstatus_finish(&scanner, lines, 1))
        httpstatus_top_add_line(t, &scanner, lines, log.data + lines->start, buffer);
    httpstatus_top_end(t);
    free(buffer);
}

/* With the lines that the scanner selects as with those that are selected afterwards. */
static void top_of_log(const struct httpstatus_options *options,
                       const struct httpstatus_filter *filter, struct argument log)
{
    static struct httpstatus_top plain;
    const struct httpstatus_top_options asked = httpstatus_top_options(&top);

    httpstatus_top_init(&plain, &asked);
    check(httpstatus_scanner_init(&scanner, options, NULL), "a scanner");
    top_of_lines(&plain, filter, log);
    const struct httpstatus_tally tally = *counted();
    for (size_t capacity = 1; capacity <= CHECKED_LINES; capacity *= 8) {
        httpstatus_top_init(&top, &asked);
        check(httpstatus_scanner_init(&scanner, options, filter), "a scanner");
        scan_top(&top, log, capacity);
        check(httpstatus_top_equal(&top, &plain), "lines that the scanner selects");
        check(httpstatus_tally_equal(&tally, counted()), "counts of all lines");
    }
}

static void do_top(const struct argument *a)
{
    struct httpstatus_format_error error;
    struct httpstatus_options options = options_of(a[3], &error);
    struct httpstatus_top_options asked = {.n = 0};
    struct httpstatus_filter filter = {.invert = false};
    const char *wrong = begin_top(a[0], a[2].data, &asked);

    for (char *which = strtok(a[1].data, ","); which; which = strtok(NULL, ","))
        check(httpstatus_filter_add(&filter, which, strlen(which)), "a filter");
    if (wrong) {
        put("!invalid-%s", wrong);
        return;
    }
    const struct argument many = repeated(a[4]);
    top_of_log(&options, &filter, many);
    free(many.data);
    top_of_log(&options, &filter, a[4]);
    put_top(&top);
    check_restored(&top, false);
    check_restored(&top, true);
}

static void do_top_log(const struct argument *a)
{
    char none[] = "-";
    const struct argument all[] = {a[0], a[1], {none, 1}, a[2], log_named(a[3])};

    do_top(all);
}

/* Adds "a*3,b,c^200": a value so many times, or of so many bytes; up to the next '|'. */
static void add_values(struct httpstatus_top *t, const char *values)
{
    static char text[4096];

    while (*values && *values != '|') {
        size_t size = strcspn(values, "^*,|");
        memcpy(text, values, size);
        values += size;
        if (*values == '^') {
            size = strtoul(values + 1, (char **)(void *)&values, 10);
            memset(text, *text, size);
        }
        unsigned long count = *values == '*' ? strtoul(values + 1, (char **)(void *)&values, 10)
                                             : 1;
        while (count-- > 0)
            httpstatus_top_add(t, (struct httpstatus_text){text, size});
        values += *values == ',';
    }
}

/* The parts between '|', each ended, then added up in their order. */
static void do_top_of(const struct argument *a)
{
    static struct httpstatus_top part;
    char agent[] = "agent";
    struct httpstatus_top_options asked = {.n = 0};
    const char *wrong = begin_top((struct argument){agent, sizeof agent - 1}, a[0].data, &asked);

    if (wrong) {
        put("!invalid-%s", wrong);
        return;
    }
    for (const char *values = a[1].data; values; values = strchr(values, '|')) {
        httpstatus_top_init(&part, &asked);
        add_values(&part, values += *values == '|');
        httpstatus_top_end(&part);
        check(httpstatus_top_merge(&top, &part), "parts add up");
    }
    put_top(&top);
    check_restored(&top, false);
    check_restored(&top, true);
}

static const struct function {
    const char *name;
    int arguments;
    void (*call)(const struct argument *);
} functions[] = {
    {"phrase", 1, do_phrase},
    {"class_of", 1, do_class_of},
    {"effective", 1, do_effective},
    {"lookup", 1, do_lookup},
    {"lookup_code", 1, do_lookup_code},
    {"lookup_by", 2, do_lookup_by},
    {"find", 3, do_find},
    {"variants", 1, do_variants},
    {"search", 1, do_search},
    {"statuses", 3, do_statuses},
    {"row", 3, do_row},
    {"properties", 3, do_properties},
    {"reference_for", 2, do_reference_for},
    {"retry_advice", 3, do_retry_advice},
    {"headers", 3, do_headers},
    {"aliases", 3, do_aliases},
    {"constant", 1, do_constant},
    {"retry", 4, do_retry},
    {"retry_after", 2, do_retry_after},
    {"redirect", 3, do_redirect},
    {"written", 3, do_written},
    {"redirect_to", 5, do_redirect_to},
    {"chain_follow", 4, do_chain_follow},
    {"redirect_headers", 1, do_redirect_headers},
    {"explain", 3, do_explain},
    {"clients", 3, do_clients},
    {"differs", 4, do_differs},
    {"retry_clients", 2, do_retry_clients},
    {"chain", 4, do_chain},
    {"resolve", 3, do_resolve},
    {"lines", 2, do_lines},
    {"log", 2, do_log},
    {"select", 3, do_select},
    {"select_others", 3, do_select_others},
    {"tally", 2, do_tally},
    {"consumed", 3, do_consumed},
    {"detect", 1, do_detect},
    {"suggest", 1, do_suggest},
    {"parse_time", 3, do_parse_time},
    {"unescape", 2, do_unescape},
    {"record", 2, do_record},
    {"series", 5, do_series},
    {"series_log", 2, do_series_log},
    {"where", 3, do_where},
    {"series_of", 2, do_series_of},
    {"series_began", 3, do_series_began},
    {"series_rate", 3, do_series_rate},
    {"top", 5, do_top},
    {"top_log", 4, do_top_log},
    {"top_of", 2, do_top_of},
    {"latency", 2, do_latency},
    {"latency_log", 2, do_latency_log},
    {"latency_of", 1, do_latency_of},
    {"latency_summary", 2, do_latency_summary},
    {"latency_quantile", 3, do_latency_quantile},
};

/* ---- The loop ---- */

/* Undoes \t \n \r \\ \xNN in place. */
static size_t unescape(char *p, size_t size)
{
    size_t n = 0;

    for (size_t i = 0; i < size; i++) {
        if (p[i] != '\\') {
            p[n++] = p[i];
            continue;
        }
        char hex[3] = {0};
        switch (p[++i]) {
        case 't':
            p[n++] = '\t';
            break;
        case 'n':
            p[n++] = '\n';
            break;
        case 'r':
            p[n++] = '\r';
            break;
        case 'x':
            memcpy(hex, p + i + 1, 2);
            p[n++] = (char)strtol(hex, NULL, 16);
            i += 2;
            break;
        default:
            p[n++] = p[i];
        }
    }
    p[n] = '\0';
    return n;
}

static void split_arguments(char *input, int count, struct argument *arguments)
{
    for (int i = 0; i < count; i++) {
        char *blank = i < count - 1 ? strchr(input, ' ') : NULL;
        size_t size = blank ? (size_t)(blank - input) : strlen(input);
        if (blank)
            *blank = '\0';
        arguments[i] = (struct argument){input, unescape(input, size)};
        input += blank ? (size_t)(blank - input) + 1 : size;
    }
}

static const struct function *function_named(const char *name)
{
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
        if (strcmp(functions[i].name, name) == 0)
            return &functions[i];
    return NULL;
}

/* Whole, then in every other way of cutting it: the answer must not depend on the pieces. */
static void check_pieces(const char *id, struct argument format, struct argument log,
                         const char *expected)
{
    for (size_t piece = 1; piece <= 8; piece++)
        for (size_t capacity = 1; capacity <= CHECKED_LINES; capacity *= 8) {
            out_size = 0;
            scan_pieces(format, NULL, log.data, log.size, piece, capacity);
            if (strcmp(out, expected) != 0) {
                printf("FAILED %s in pieces of %zu, room for %zu: %s\n", id, piece, capacity, out);
                failed++;
            }
        }
}

/* The same with the log just before a page that must not be read, and just after one. */
static void check_guard(const char *id, struct argument format, struct argument log,
                        const char *expected)
{
    char *end = guard_make(log.size);

    if (!end) {
        check(false, "a guard page");
        return;
    }
    char *const places[] = {end - log.size, guard_start(end, log.size)};
    for (int i = 0; i < 2; i++) {
        memcpy(places[i], log.data, log.size);
        out_size = 0;
        scan_pieces(format, NULL, places[i], log.size, SIZE_MAX, CHECKED_LINES);
        if (strcmp(out, expected) != 0) {
            printf("FAILED %s %s a guard page: %s\n", id, i ? "behind" : "before", out);
            failed++;
        }
    }
    guard_free(end, log.size);
}

static unsigned long scanned[SCANNERS];

/* Whether a line is unfinished at the end of the log: what is appended would be answered first. */
static bool goes_on(struct argument format, struct argument log)
{
    static struct httpstatus_carry carry;
    struct httpstatus_format_error error;
    struct httpstatus_options options = options_of(format, &error);

    if (!httpstatus_scanner_init(&scanner, &options, NULL))
        return false;
    httpstatus_scan(&scanner, log.data, log.size, NULL, 0, NULL);
    httpstatus_scan(&scanner, "\n", 1, NULL, 0, NULL);
    httpstatus_carry_out(&scanner, &carry);
    return !httpstatus_carry_equal(&carry, &carry);
}

/*
 * By every scanner that runs here, with blank lines appended: near the end of a piece, no scanner
 * looks at more than a line at a time.
 */
static void check_scanners(const char *id, struct argument format, struct argument log,
                           const char *expected)
{
    enum { BLANK_LINES = 512 };
    char *padded = malloc(log.size + BLANK_LINES);
    size_t size = log.size ? strlen(expected) : 0;

    memcpy(padded, log.data, log.size);
    memset(padded + log.size, '\n', BLANK_LINES);
    for (size_t i = 0; httpstatus_scanner_at(i); i++) {
        const char *name = httpstatus_scanner_at(i);
        bool used = httpstatus_scanner_use(name, strlen(name));
        out_size = 0;
        scan_pieces(format, NULL, padded, log.size + BLANK_LINES, SIZE_MAX, CHECKED_LINES);
        if (used && strncmp(out, expected, size) == 0 &&
            strspn(out + size, ",#") == strlen(out + size)) {
            scanned[i]++;
        } else {
            printf("FAILED %s by %s: %s\n", id, name, out);
            failed++;
        }
    }
    httpstatus_scanner_use(httpstatus_scanner_at(0), strlen(httpstatus_scanner_at(0)));
    free(padded);
}

static void run_vector(const char *id, const char *name, char *input, const char *expected)
{
    const struct function *function = function_named(name);
    struct argument arguments[5];

    if (!function) {
        printf("FAILED %s: no function %s\n", id, name);
        failed++;
        return;
    }
    split_arguments(input, function->arguments, arguments);
    out_size = 0;
    out[0] = '\0';
    function->call(arguments);
    if (strcmp(out, expected) == 0) {
        passed++;
    } else {
        failed++;
        printf("FAILED %s\n  expected %s\n  got      %s\n", id, expected, out);
    }
    bool is_log = function->call == do_log && strcmp(expected, "!UTF-16") != 0;
    if (is_log)
        arguments[1] = log_named(arguments[1]);
    if ((function->call == do_lines || is_log) && arguments[1].data) {
        check_pieces(id, arguments[0], arguments[1], expected);
        check_guard(id, arguments[0], arguments[1], expected);
        if (!goes_on(arguments[0], arguments[1]))
            check_scanners(id, arguments[0], arguments[1], expected);
    }
}

static unsigned long run_vectors(const char *path)
{
    static char line[LINE_MAX_SIZE], ids[IDS][80];
    unsigned long count = 0, declared = 0;
    const char *slash = strrchr(path, '/');
    FILE *file = fopen(path, "rb");

    if (slash && (size_t)(slash + 1 - path) < sizeof folder)
        memcpy(folder, path, (size_t)(slash + 1 - path));
    if (!file || !fgets(line, sizeof line, file) || sscanf(line, "count %lu", &declared) != 1) {
        printf("%s: cannot be read, or its first line is not 'count N'\n", path);
        exit(1);
    }
    while (fgets(line, sizeof line, file)) {
        char *column[5] = {line};
        int columns = 1;
        if (line[0] == '#')
            continue;
        line[strcspn(line, "\n")] = '\0';
        for (char *p = line; *p; p++)
            if (*p == '\t' && columns < 5) {
                *p = '\0';
                column[columns++] = p + 1;
            }
        size_t id_size = strlen(column[0]) + 1;
        if (columns != 5 || count == IDS || id_size > sizeof ids[0]) {
            printf("%s: row %lu has %d columns, or its id is too long\n", path, count + 1, columns);
            exit(1);
        }
        for (unsigned long i = 0; i < count; i++)
            if (strcmp(ids[i], column[0]) == 0)
                check(false, column[0]);
        memcpy(ids[count++], column[0], id_size);
        run_vector(column[0], column[1], column[2], column[3]);
    }
    fclose(file);
    check(count == declared, "the declared number of vectors");
    return count;
}

/* ---- C's own ---- */

/* Every row is found by its key and by its number, and its texts end in NUL. */
static void test_rows(void)
{
    for (size_t i = 0; i < httpstatus_row_count(); i++) {
        const struct httpstatus_status *row = httpstatus_row(i);
        struct httpstatus_text owner = httpstatus_field(row, HTTPSTATUS_OWNER);
        check(httpstatus_index(row) == i, "the index of a row");
        check(httpstatus_find(httpstatus_code(row), httpstatus_substatus(row), owner.data,
                              owner.size) == row,
              "a row is found by its key");
        for (int f = 0; f < HTTPSTATUS_FIELDS; f++) {
            struct httpstatus_text text = httpstatus_field(row, (enum httpstatus_field)f);
            check(!text.data || strlen(text.data) == text.size, "a text ends in NUL");
        }
    }
}

/* A property that is settled has a reference, one that is unknown has none. */
static void test_references(void)
{
    for (size_t i = 0; i < httpstatus_row_count(); i++)
        for (int p = 0; p < HTTPSTATUS_PROPERTIES; p++) {
            enum httpstatus_property property = (enum httpstatus_property)p;
            const struct httpstatus_status *row = httpstatus_row(i);
            bool settled = httpstatus_property(row, property) != HTTPSTATUS_UNKNOWN;
            check(settled == (httpstatus_property_reference(row, property).data != NULL),
                  "a property and its reference");
        }
}

/* 310 to 399 are all treated as 309. */
static void test_unregistered_redirects(void)
{
    static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "CONNECT", "FROB"};
    for (size_t i = 0; httpstatus_policy_name(i); i++) {
        const char *name = httpstatus_policy_name(i);
        for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++)
            for (int code = 310; code <= 399; code++) {
                char first[4096], text[16], method[16], policy[16];
                struct argument a[3] = {{text, 3}, {policy, strlen(name)}, {method, 0}};
                strcpy(policy, name);
                strcpy(method, methods[m]);
                a[2].size = strlen(method);
                strcpy(text, "309");
                out_size = 0;
                do_redirect(a);
                strcpy(first, out);
                snprintf(text, sizeof text, "%d", code);
                out_size = 0;
                do_redirect(a);
                check(strcmp(first, out) == 0, "310 to 399 as 309");
            }
    }
}

/* A chain may begin again with its own policy; a client that nobody measured differs in nothing. */
static void test_redirect_corners(void)
{
    struct httpstatus_chain chain;
    struct httpstatus_redirect r;
    struct httpstatus_client client = {.code = 299, .request_method = {"GET", 3}};

    check(!httpstatus_chain_init(&chain, httpstatus_policy("fetch", 5), "G T", 3, HTTPSTATUS_BODY,
                                 NULL, 0) &&
              !httpstatus_chain_init(&chain, httpstatus_policy("fetch", 5), "", 0, HTTPSTATUS_BODY,
                                     NULL, 0),
          "a chain of no method");

    httpstatus_chain_init(&chain, httpstatus_policy("fetch", 5), "POST", 4, HTTPSTATUS_BODY, NULL,
                          0);
    httpstatus_chain_init(&chain, &chain.policy, "PUT", 3, HTTPSTATUS_BODY, NULL, 0);
    check(httpstatus_chain_step(&chain, 302, NULL, 0, false, &r) == HTTPSTATUS_CHAIN_OK &&
              r.action == HTTPSTATUS_FOLLOW,
          "a chain with its own policy");
    check(httpstatus_client_differs(&client, httpstatus_policy("fetch", 5)) == 0, "no redirect");

    httpstatus_chain_init(&chain, httpstatus_policy("rfc9110", 7), "GET", 3, HTTPSTATUS_BODY, "/a1",
                          2);
    check(httpstatus_chain_step(&chain, 302, "/b1", 2, false, &r) == HTTPSTATUS_CHAIN_OK &&
              httpstatus_chain_step(&chain, 302, "/a2", 2, false, &r) == HTTPSTATUS_CHAIN_LOOP,
          "what is behind a URL is no part of it");

    struct httpstatus_policy bare = *httpstatus_policy("fetch", 5);
    const char *sentences[HTTPSTATUS_SENTENCES];
    bare.drops_headers = (struct httpstatus_names){NULL, 0};
    check(httpstatus_explain(303, "POST", 4, HTTPSTATUS_BODY, &bare, sentences) == 1,
          "no word of header fields where none is dropped");

    const struct httpstatus_text location = {"/y", 2};
    char small[8], large[128];
    httpstatus_chain_init(&chain, httpstatus_policy("fetch", 5), "GET", 3, HTTPSTATUS_NO_BODY,
                          "http://a/x", 10);
    check(httpstatus_chain_follow(&chain, 302, &location, 1, small, sizeof small, &r) ==
                  HTTPSTATUS_CHAIN_TOO_LONG &&
              chain.url.size == 10 && chain.count == 0,
          "a buffer that is too small changes nothing");
    check(httpstatus_chain_follow(&chain, 302, &location, 1, large, sizeof large, &r) ==
                  HTTPSTATUS_CHAIN_OK &&
              strncmp(chain.url.data, "http://a/y", 10) == 0,
          "a buffer that is large enough");
}

/* Without options, and with those that a program has not set. */
static void test_retries(void)
{
    struct httpstatus_retry_options options = HTTPSTATUS_RETRY_OPTIONS;
    struct httpstatus_retry r = {.reference = "untouched"}, same;
    int64_t seconds;

    check(!httpstatus_retry(503, "", 0, NULL, &r) && strcmp(r.reference, "untouched") == 0,
          "no method, and nothing filled in");
    check(httpstatus_retry(503, "GET", 3, NULL, &r) && r.action == HTTPSTATUS_RETRY_SEND &&
              r.delay == -1 && !r.has_date && r.date == 0,
          "a retry without options");
    check(httpstatus_retry(503, "GET", 3, &options, &same) && same.action == r.action &&
              same.reference == r.reference,
          "a retry with none of them set");
    for (size_t i = 0; httpstatus_retry_policy_name(i); i++) {
        const char *name = httpstatus_retry_policy_name(i);
        check(httpstatus_retry_policy(name, strlen(name)) != NULL, "a policy of retries");
    }
    check(httpstatus_retry_policy(HTTPSTATUS_DEFAULT_RETRY_POLICY,
                                  strlen(HTTPSTATUS_DEFAULT_RETRY_POLICY)) != NULL,
          "the default policy of retries");
    check(httpstatus_retry(INT_MIN, "GET", 3, NULL, &r) && r.action == HTTPSTATUS_RETRY_UNKNOWN &&
              httpstatus_retry(INT_MAX, "GET", 3, NULL, &r) && r.action == HTTPSTATUS_RETRY_UNKNOWN,
          "codes that are none");
    check(httpstatus_parse_retry_after("Sunday, 06-Nov-94 08:49:37 GMT", 30, INT64_MAX, &seconds) ==
                  HTTPSTATUS_RETRY_AFTER_SECONDS &&
              seconds >= 0,
          "at the end of time");
    check(httpstatus_parse_retry_after("", 0, 0, &seconds) == HTTPSTATUS_RETRY_AFTER_NONE,
          "no bytes");
}

static void test_part_names(void)
{
    enum httpstatus_part part = HTTPSTATUS_PARTS;
    enum httpstatus_escape escape = HTTPSTATUS_ESCAPE_JSON;

    check(!httpstatus_part_find("times", 5, &part) && !httpstatus_part_find("", 0, &part) &&
              part == HTTPSTATUS_PARTS,
          "names of no part");
    check(!httpstatus_escape_find("", 0, &escape) && escape == HTTPSTATUS_ESCAPE_JSON,
          "the name of no escape");
    for (int i = 0; i < HTTPSTATUS_PARTS; i++) {
        const char *name = httpstatus_part_name((enum httpstatus_part)i);
        check(httpstatus_part_find(name, strlen(name), &part) && (int)part == i, name);
    }
    for (int i = 0; i <= HTTPSTATUS_ESCAPE_JSON; i++) {
        const char *name = httpstatus_escape_name((size_t)i);
        check(httpstatus_escape_find(name, strlen(name), &escape) && (int)escape == i, name);
    }
    check(!httpstatus_escape_name(HTTPSTATUS_ESCAPE_JSON + 1), "no more escapes");
}

static struct httpstatus_record record_with(enum httpstatus_part part, const char *text)
{
    struct httpstatus_record record = {.duration_unit = 0};

    record.parts[part] = text_of(text);
    return record;
}

static void test_record_bytes(void)
{
    static const struct {
        const char *text;
        int64_t bytes;
    } cases[] = {
        {NULL, -1},
        {"", -1},
        {"0", 0},
        {"2326", 2326},
        {"999999999999999999", 999999999999999999},
        {"007", 7},
        {"+1", -1},
        {"-1", -1},
        {"-", -1},
        {"1000000000000000000", -1},
        {"12a", -1},
        {"a", -1},
        {" 1", -1},
        {"1 ", -1},
        {"000000000000000000001", -1},
        {"1.0", -1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct httpstatus_record record = record_with(HTTPSTATUS_PART_BYTES, cases[i].text);
        check(httpstatus_record_bytes(&record) == cases[i].bytes,
              cases[i].text ? cases[i].text : "no bytes");
    }
}

static void test_record_duration(void)
{
    static const struct {
        const char *text;
        int unit;
        int64_t nanoseconds;
    } cases[] = {
        {NULL, 0, -1},
        {"", 0, -1},
        {"-", 0, -1},
        {"0", 0, 0},
        {"0.000", 0, 0},
        {"1", 0, 1000000000},
        {"0.123", 0, 123000000},
        {"1.2345678919", 0, 1234567891},
        {"0.999999999", 0, 999999999},
        {"15", -3, 15000000},
        {"15.25", -3, 15250000},
        {"15.2500009", -3, 15250000},
        {"403", -6, 403000},
        {"403.9999", -6, 403999},
        {"1234567", -9, 1234567},
        {"7.9", -9, 7},
        {"0.123s", -3, 123000000},
        {"12ms", 0, 12000000},
        {"12.5us", 0, 12500},
        {"12.5\xc2\xb5s", -9, 12500},
        {"77ns", 0, 77},
        {"12m", 0, -1},
        {"12 ms", 0, -1},
        {"12msx", 0, -1},
        {"12S", 0, -1},
        {"s", 0, -1},
        {"-1", 0, -1},
        {"+1", 0, -1},
        {"1.", 0, -1},
        {"1.s", 0, -1},
        {".5", 0, -1},
        {"1e3", 0, -1},
        {"1,5", 0, -1},
        {"9223372036.854775807", 0, INT64_MAX},
        {"9223372036.854775808", 0, -1},
        {"9223372037", 0, -1},
        {"9223372036854.775807", -3, INT64_MAX},
        {"9223372036854.775808", -3, -1},
        {"9223372036854775807", -9, INT64_MAX},
        {"9223372036854775808", -9, -1},
        {"9223372036854775810", -9, -1},
        {"99999999999999999999999", -9, -1},
        {"000000000000000000000000000001", 0, 1000000000},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct httpstatus_record record = record_with(HTTPSTATUS_PART_DURATION, cases[i].text);
        record.duration_unit = cases[i].unit;
        check(httpstatus_record_duration(&record) == cases[i].nanoseconds,
              cases[i].text ? cases[i].text : "no duration");
    }
}

static void test_record_upstream(void)
{
    static const struct {
        const char *text;
        int status;
    } cases[] = {
        {NULL, HTTPSTATUS_NO_STATUS},
        {"", HTTPSTATUS_NO_STATUS},
        {"-", HTTPSTATUS_NO_STATUS},
        {"200", 200},
        {"0", 0},
        {"000", 0},
        {"1000", HTTPSTATUS_NO_STATUS},
        {"20x", HTTPSTATUS_NO_STATUS},
        {"-1", HTTPSTATUS_NO_STATUS},
        {"502, 404 : 200", 200},
        {"502, 404", 404},
        {"502,404", 404},
        {"200 : 304", 304},
        {"-, 200", 200},
        {"502, -", HTTPSTATUS_NO_STATUS},
        {"502, ", HTTPSTATUS_NO_STATUS},
        {"502 404", HTTPSTATUS_NO_STATUS},
        {" 200\t", 200},
        {"200:304", 304},
        {"  ", HTTPSTATUS_NO_STATUS},
        {"x, 200", 200},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct httpstatus_record record =
            record_with(HTTPSTATUS_PART_UPSTREAM_STATUS, cases[i].text);
        check(httpstatus_record_upstream(&record) == cases[i].status,
              cases[i].text ? cases[i].text : "no upstream");
    }
}

static void test_record_time(void)
{
    struct httpstatus_record record =
        record_with(HTTPSTATUS_PART_TIME, "10\\x2fOct\\/2000:20:55:36");
    const struct httpstatus_clock east = {.has_zone = true, .zone = 3600};
    struct httpstatus_time time = {0};
    char digits[66];

    check(!httpstatus_record_time(&record, NULL, &time), "a time with escapes as it is");
    record.parts[HTTPSTATUS_PART_TIME] = text_of("10\\/Oct\\/2000:20:55:36");
    record.escapes[HTTPSTATUS_PART_TIME] = HTTPSTATUS_ESCAPE_JSON;
    check(httpstatus_record_time(&record, NULL, &time) && time.seconds == 971211336 &&
              !time.has_zone,
          "a time with JSON's escapes");
    check(httpstatus_record_time(&record, &east, &time) && time.seconds == 971211336 - 3600 &&
              time.has_zone,
          "a time in the zone of the clock");
    record.utc = true;
    check(httpstatus_record_time(&record, NULL, &time) && time.seconds == 971211336 &&
              time.has_zone,
          "a time of a format whose times are UTC");
    check(httpstatus_record_time(&record, &east, &time) && time.seconds == 971211336,
          "which the clock does not change");
    memcpy(digits, "1.", 2);
    memset(digits + 2, '0', sizeof digits - 2);
    record.parts[HTTPSTATUS_PART_TIME] = (struct httpstatus_text){digits, 64};
    check(httpstatus_record_time(&record, NULL, &time) && time.seconds == 1, "64 bytes");
    record.parts[HTTPSTATUS_PART_TIME].size = 65;
    check(!httpstatus_record_time(&record, NULL, &time), "65 bytes");
    record.parts[HTTPSTATUS_PART_TIME] = text_of(NULL);
    check(!httpstatus_record_time(&record, NULL, &time), "no time");
}

/* A loop longer than a chain remembers, after a way into it. */
static void test_long_loops(void)
{
    static const int lengths[] = {1, 2, 63, 64, 65, 66, 127, 128, 129, 1000},
                     ways[] = {0, 1, 64, 500};
    const struct httpstatus_policy *policy = httpstatus_policy("rfc9110", 7);
    struct httpstatus_chain chain;
    struct httpstatus_redirect r;

    for (size_t l = 0; l < sizeof lengths / sizeof lengths[0]; l++)
        for (size_t w = 0; w < sizeof ways / sizeof ways[0]; w++) {
            const int length = lengths[l], way = ways[w];
            enum httpstatus_chain_result result = HTTPSTATUS_CHAIN_OK;
            int at = 0;
            httpstatus_chain_init(&chain, policy, "GET", 3, HTTPSTATUS_BODY, "0", 1);
            while (result == HTTPSTATUS_CHAIN_OK && at <= 3 * (way + length)) {
                char url[16];
                at++;
                snprintf(url, sizeof url, "%d", at < way ? at : way + (at - way) % length);
                result = httpstatus_chain_step(&chain, 302, url, strlen(url), false, &r);
            }
            check(result == HTTPSTATUS_CHAIN_LOOP && at >= way + length, "a loop is found");
            check(length > 64 || at == way + length, "a short one at the first repetition");
        }
    httpstatus_chain_init(&chain, policy, "GET", 3, HTTPSTATUS_BODY, "0", 1);
    for (int at = 1; at < 5000; at++) {
        char url[16];
        snprintf(url, sizeof url, "%d", at);
        if (httpstatus_chain_step(&chain, 302, url, strlen(url), false, &r) != HTTPSTATUS_CHAIN_OK)
            check(false, "no loop");
    }
}

/* An unknown knob, or an unknown value, changes nothing. */
static void test_knobs(void)
{
    static const struct {
        const char *knob, *values;
    } knobs[] = {
        {"others", "none, may"},
        {"rewrite_301", "none, post, may-post, post-put, with-body, all, ask"},
        {"rewrite_302", "none, post, may-post, post-put, with-body, all, ask"},
        {"rewrite_303", "none, post, may-post, post-put, with-body, all, ask"},
        {"head_on_303", "HEAD, GET"},
        {"body_301_303", "with-method, put, none"},
        {"unsafe_307_308", "follow, ask, none"},
    };
    static const char *const wrong[] = {"",      "n",      "non", "nonee", "none,",
                                        ", may", "may, x", "no",  "Head"};
    struct httpstatus_policy policy = *httpstatus_policy("rfc2616", 7), before = policy;

    for (size_t i = 0; i < sizeof knobs / sizeof knobs[0]; i++) {
        check(strcmp(httpstatus_policy_values(knobs[i].knob), knobs[i].values) == 0, "its values");
        for (size_t w = 0; w < sizeof wrong / sizeof wrong[0]; w++)
            check(!httpstatus_policy_set(&policy, knobs[i].knob, wrong[w], strlen(wrong[w])),
                  "no value of a knob");
    }
    check(!httpstatus_policy_values("limit") && !httpstatus_policy_values(""), "no knob");
    check(!httpstatus_policy_set(&policy, "limit", "none", 4), "no knob to set");
    check(!httpstatus_policy_follow(&policy, 299) && !httpstatus_policy_follow(&policy, 310),
          "no code to follow");
    check(memcmp(&policy, &before, sizeof policy) == 0, "nothing is changed");
}

static unsigned differs_from(const char *policy, int code, const char *method, const char *next,
                             enum httpstatus_answer body, enum httpstatus_answer content_type)
{
    struct httpstatus_client client = {
        .code = code,
        .request_method = text_of(method),
        .request_body = body != HTTPSTATUS_UNKNOWN,
        .followed = next,
        .method = text_of(next),
        .keeps_body = body,
        .sends_content_type = content_type,
        .sends_authorization = HTTPSTATUS_NO,
    };
    return httpstatus_client_differs(&client, httpstatus_policy(policy, strlen(policy)));
}

/* What no real client was seen to do. */
static void test_differences(void)
{
    const enum httpstatus_answer unknown = HTTPSTATUS_UNKNOWN, no = HTTPSTATUS_NO,
                                 yes = HTTPSTATUS_YES;
    struct httpstatus_policy policy = *httpstatus_policy("fetch", 5);
    struct httpstatus_client client = {
        .code = 303,
        .request_method = {"POST", 4},
        .request_body = true,
        .followed = true,
        .method = {"GET", 3},
        .keeps_body = no,
        .sends_content_type = yes,
        .sends_authorization = no,
    };

    check(differs_from("rfc9110", 302, "POST", "GET", no, no) == 0 &&
              differs_from("rfc9110", 302, "POST", "POST", yes, yes) == 0,
          "POST may become GET");
    check(differs_from("rfc9110", 302, "POST", "PUT", no, no) == HTTPSTATUS_DIFFERS_METHOD,
          "POST may not become PUT");
    check(differs_from("rfc9110", 303, "HEAD", "GET", unknown, no) == 0 &&
              differs_from("rfc2616", 303, "HEAD", "HEAD", unknown, no) == 0 &&
              differs_from("fetch", 303, "HEAD", "GET", unknown, no) == HTTPSTATUS_DIFFERS_METHOD,
          "HEAD may become GET, but for Fetch");
    check(differs_from("rfc9110", 303, "PUT", "PUT", yes, yes) ==
              (HTTPSTATUS_DIFFERS_METHOD | HTTPSTATUS_DIFFERS_BODY),
          "PUT becomes GET on 303");
    check(differs_from("rfc9110", 307, "POST", "POST", no, no) == HTTPSTATUS_DIFFERS_BODY,
          "the body stays on 307");
    check(differs_from("fetch", 304, "GET", "GET", unknown, no) == HTTPSTATUS_DIFFERS_FOLLOWED &&
              differs_from("fetch", 302, "GET", NULL, unknown, unknown) ==
                  HTTPSTATUS_DIFFERS_FOLLOWED &&
              differs_from("rfc9110", 300, "GET", NULL, unknown, unknown) == 0,
          "what is followed");
    check(httpstatus_client_differs(&client, &policy) == HTTPSTATUS_DIFFERS_HEADERS,
          "a Content-Type without its body");
    policy.drops_headers = (struct httpstatus_names){policy.drops_cross_origin.list, 1};
    check(httpstatus_client_differs(&client, &policy) == 0, "a Content-Type that may stay");
    client.sends_authorization = yes;
    check(httpstatus_client_differs(&client, &policy) == HTTPSTATUS_DIFFERS_CREDENTIALS,
          "credentials");
}

static void test_clients(void)
{
    const struct httpstatus_text get = text_of("GET"), none = text_of("none");
    struct httpstatus_client client, found;
    size_t measured = 0;

    for (size_t i = 0; i < httpstatus_client_count(); i++) {
        if (!httpstatus_client(i, 302, "GET", 3, true, &client))
            continue;
        measured++;
        check(!client.request_body && httpstatus_client(i, 302, "GET", 3, false, &found) &&
                  !found.request_body && found.followed == client.followed,
              "GET had no body");
        check(httpstatus_client_find(client.name, client.version, 302, get, true, &found) &&
                  found.version.data == client.version.data && found.limit == client.limit &&
                  found.at_limit == client.at_limit && found.code == 302,
              "a client is found");
        check(!httpstatus_client_find(client.name, none, 302, get, true, &found) &&
                  !httpstatus_client_find(none, client.version, 302, get, true, &found),
              "a client by half its name");
        check(!httpstatus_client(i, 299, "GET", 3, true, &found) &&
                  !httpstatus_client(i, 309, "GET", 3, true, &found) &&
                  !httpstatus_client(i, 302, "get", 3, true, &found),
              "what was not measured");
    }
    check(httpstatus_client_find(text_of("curl --follow"), text_of("8.23.0"), 302,
                                 text_of("DELETE"), true, &found) &&
              found.request_body && found.keeps_body == HTTPSTATUS_NO &&
              httpstatus_client_find(text_of("curl --follow"), text_of("8.23.0"), 302,
                                     text_of("DELETE"), false, &client) &&
              !client.request_body && client.keeps_body == HTTPSTATUS_UNKNOWN &&
              found.method.size == 3 && client.method.size == 6,
          "a body makes a difference");
    check(measured > 60, "clients that were measured");
    check(!httpstatus_difference_name(5) && !httpstatus_difference_name(6), "five differences");
}

static void test_version(void)
{
    check(strcmp(httpstatus_version(), HTTPSTATUS_VERSION) == 0, "the version");
}

static void test_search_capacity(void)
{
    const struct httpstatus_status *rows[3];
    size_t all = httpstatus_search("error", 5, NULL, 0);
    check(all > 3 && httpstatus_search("error", 5, rows, 3) == all,
          "search counts beyond capacity");
}

/* A row is found by any of its names; a text that is refused leaves the rows alone. */
static void test_search_bounds(void)
{
    static char many[1 << 20];
    const struct httpstatus_status *rows[512] = {NULL};

    for (size_t i = 0; i < httpstatus_row_count(); i += 7) {
        const struct httpstatus_status *row = httpstatus_row(i);
        for (int field = HTTPSTATUS_PHRASE; field <= HTTPSTATUS_NAME; field++) {
            struct httpstatus_text name = httpstatus_field(row, (enum httpstatus_field)field);
            size_t count = httpstatus_search(name.data, name.size, rows, 512);
            check(!name.data || (!httpstatus_search_error(count) && count > 0), "a name is found");
        }
        for (size_t j = 0; j < httpstatus_alias_count(row); j++) {
            struct httpstatus_text alias = httpstatus_alias(row, j).phrase;
            size_t count = httpstatus_search(alias.data, alias.size, rows, 512);
            check(!httpstatus_search_error(count) && count > 0, "an alias is found");
        }
    }
    rows[0] = NULL;
    memset(many, 'x', sizeof many);
    check(httpstatus_search(many, sizeof many, rows, 512) == HTTPSTATUS_SEARCH_LONG_WORD &&
              !rows[0],
          "a word may be too long");
    for (size_t i = 1; i < sizeof many; i += 2)
        many[i] = ' ';
    check(httpstatus_search(many, sizeof many, rows, 512) == HTTPSTATUS_SEARCH_MANY_WORDS &&
              !rows[0],
          "words may be too many");
    memset(many, ' ', sizeof many);
    check(httpstatus_search(many, sizeof many, rows, 512) == 0 && !rows[0], "blanks are no words");
    memcpy(many + sizeof many / 2, "not found", 9);
    check(httpstatus_search(many, sizeof many, rows, 512) ==
              httpstatus_search("not found", 9, NULL, 0),
          "blanks do not count");
    check(httpstatus_search_error(HTTPSTATUS_SEARCH_LONG_WORD) &&
              httpstatus_search_error(HTTPSTATUS_SEARCH_MANY_WORDS) &&
              !httpstatus_search_error(httpstatus_row_count()),
          "the errors of a search");
}

/* A line is of the same format wherever the pieces end. */
static void test_pieces(void)
{
    static const char record[] = "h - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 7\n";
    enum { COPIES = 3000 };
    size_t size = COPIES * (sizeof record - 1);
    char *log = malloc(size);
    static const size_t pieces[] = {1, 7, 256, 4096, 8193, SIZE_MAX};

    for (size_t i = 0; i < COPIES; i++)
        memcpy(log + i * (sizeof record - 1), record, sizeof record - 1);
    check(format_of_most(log, size) == HTTPSTATUS_CLF, "the format of a long log");
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
        for (int way = 0; way < 4; way++) {
            const bool lines = way & 1;
            struct httpstatus_options options = {.format = way & 2 ? HTTPSTATUS_AUTO
                                                                   : HTTPSTATUS_CLF};
            struct httpstatus_line line[7];
            size_t seen = 0, stored, used;
            httpstatus_scanner_init(&scanner, &options, NULL);
            for (size_t at = 0; at < size; at += used) {
                size_t n = size - at < pieces[i] ? size - at : pieces[i];
                seen += httpstatus_scan(&scanner, log + at, n, lines ? line : NULL, 7, &used);
            }
            while ((stored = httpstatus_finish(&scanner, lines ? line : NULL, 7)) > 0)
                seen += stored;
            check(httpstatus_tally_format(counted()) == HTTPSTATUS_CLF &&
                      httpstatus_tally_count(counted(), 200) == COPIES &&
                      seen == (lines ? COPIES : 0),
                  "pieces of a log");
        }
    free(log);
}

/*
 * Lines longer than a scanner looks at in one go: when a format is chosen they count as much as
 * short ones.
 */
static void test_long_lines(void)
{
    enum { LONG = 20000, RECORDS = 3 };
    static const char record[] = "h - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 7 ";
    size_t size = RECORDS * (LONG + 1);
    char *log = malloc(size);

    memset(log, 'x', size);
    for (size_t i = 0; i < RECORDS; i++) {
        memcpy(log + i * (LONG + 1), record, sizeof record - 1);
        log[i * (LONG + 1) + LONG] = '\n';
    }
    for (size_t i = 0; httpstatus_scanner_at(i); i++)
        for (size_t end = size - 1; end <= size; end++) {
            struct httpstatus_line lines[RECORDS] = {{0}};
            size_t used, stored;
            httpstatus_scanner_use(httpstatus_scanner_at(i), strlen(httpstatus_scanner_at(i)));
            check(format_of_most(log, end) == HTTPSTATUS_CLF, "long lines are detected");
            httpstatus_scanner_init(&scanner,
                                    &(struct httpstatus_options){.format = HTTPSTATUS_CLF}, NULL);
            stored = httpstatus_scan(&scanner, log, end, lines, RECORDS, &used);
            check(stored == RECORDS - (end < size) && used == end, "long lines are scanned");
            check(httpstatus_finish(&scanner, lines, 0) == 0, "no room for the last line");
            check(httpstatus_finish(&scanner, lines + stored, RECORDS) == RECORDS - stored,
                  "room for the last line");
            check(httpstatus_tally_count(counted(), 200) == RECORDS && counted()->lines == RECORDS,
                  "long lines are counted");
            for (size_t n = 0; n < RECORDS; n++)
                check(lines[n].start == n * (LONG + 1) && lines[n].end == n * (LONG + 1) + LONG &&
                          lines[n].number == n + 1 && lines[n].status == 200,
                      "a long line");
        }
    httpstatus_scanner_use(httpstatus_scanner_at(0), strlen(httpstatus_scanner_at(0)));
    free(log);
}

/* Fields at places that 16 bits can hold, just not, and not: by every scanner. */
static void test_long_fields(void)
{
    enum { SHORTEST = (1 << 16) - 200, LONGEST = (1 << 16) + 200 };
    static const char before[] = "1286536308.779 180 ::1 TCP_MISS/200 411 GET /",
                      behind[] = " joe HIER_DIRECT/1.2.3.4 -";
    const struct httpstatus_options squid = {.format = HTTPSTATUS_SQUID};
    char *text = malloc(LONGEST + sizeof before + sizeof behind);

    check(httpstatus_scanner_init(&scanner, &squid, NULL), "a scanner of squid");
    memcpy(text, before, sizeof before - 1);
    memset(text + sizeof before - 1, 'x', LONGEST);
    for (size_t i = 0; httpstatus_scanner_at(i); i++)
        for (size_t size = SHORTEST; size <= LONGEST; size++) {
            char *end = text + sizeof before - 1 + size;
            const struct httpstatus_line line = {.end = (size_t)(end - text) + sizeof behind - 1,
                                                 .status = 200,
                                                 .format = HTTPSTATUS_SQUID};
            struct httpstatus_record record;
            memcpy(end, behind, sizeof behind - 1);
            use_scanner(i);
            httpstatus_record(&scanner, &line, text, NULL, HTTPSTATUS_ALL_PARTS, &record);
            if (record.parts[HTTPSTATUS_PART_PATH].size != size + 1 ||
                record.parts[HTTPSTATUS_PART_USER].data != end + 1 ||
                record.parts[HTTPSTATUS_PART_USER].size != 3)
                check(false, "what comes after a long field");
            memset(end, 'x', sizeof behind - 1);
        }
    use_scanner(0);
    free(text);
}

/* Start, end and line_start are offsets into the log. */
static void test_offsets(void)
{
    static const char log[] = "a\r\n\nbc";
    struct httpstatus_line lines[4];
    size_t used, stored;

    httpstatus_scanner_init(&scanner, &(struct httpstatus_options){.format = HTTPSTATUS_CLF}, NULL);
    stored = httpstatus_scan(&scanner, log, sizeof log - 1, lines, 4, &used);
    check(stored == 2 && used == sizeof log - 1 && httpstatus_scanner_line_start(&scanner) == 4,
          "finished lines");
    const bool open = httpstatus_scanner_is_open(&scanner);
    check(lines[0].start == 0 && lines[0].end == 1 && lines[0].number == 1, "the first line");
    check(lines[1].start == 3 && lines[1].end == 3 && lines[1].number == 2, "an empty line");
    check(httpstatus_finish(&scanner, lines, 4) == 1 && lines[0].start == 4 && lines[0].end == 6,
          "the last line");
    check(httpstatus_finish(&scanner, lines, 4) == 0, "no line after the last");
    check(open && !httpstatus_scanner_is_open(&scanner), "a line is open until it ends");
}

/* A log torn at any byte: its last line is unmatched, and so is one that was to go on. */
static void test_torn(void)
{
    static const char log[] = "h - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 404\r\n"
                              "{\"status\":500}{\"status\":503}\n"
                              "{\"log\":\"1157689312.049 5 10.1.1.1 TCP\",\"stream\":\"stderr\"}\n"
                              "2026-11-20T10:00:00Z stdout P {\"status\":404}\n\n";
    enum { SIZE = sizeof log - 1, DOCKERS = 3, RUNTIMES = 4 };
    const uint64_t complete[] = {0, 1, 3, 3, 3, 3}; /* records up to the end of a line */
    uint64_t line = 0;

    for (size_t size = 0; size <= SIZE; size++) {
        struct httpstatus_line found;
        line += size && log[size - 1] == '\n';
        const bool inside = size && log[size - 1] != '\n';
        const uint64_t docker = line >= DOCKERS, runtime = line >= RUNTIMES,
                       open = docker + runtime;
        const uint64_t unmatched = open + inside;
        for (size_t room = 0; room < 2; room++) {
            size_t used, count = 0;
            httpstatus_scanner_init(&scanner,
                                    &(struct httpstatus_options){.format = HTTPSTATUS_AUTO}, NULL);
            for (size_t at = 0; at < size; at += used)
                httpstatus_scan(&scanner, log + at, size - at, room ? &found : NULL, room, &used);
            while (httpstatus_finish_torn(&scanner, room ? &found : NULL, room))
                count += found.status == HTTPSTATUS_UNMATCHED && found.end == size;
            check(counted()->lines == line + inside && counted()->unmatched == unmatched &&
                      (!room || count == unmatched) && !httpstatus_scanner_is_open(&scanner),
                  "the lines of a torn log");
            check(counted()->first_unmatched[0] == (inside ? line + 1
                                                    : open ? DOCKERS
                                                           : 0) &&
                      counted()->first_unmatched[inside] == (open ? (uint64_t)DOCKERS : 0),
                  "its last line and those that were to go on");
            check(counted()->records == complete[line], "the records of a torn log");
        }
    }
}

/* A line with more records than there is room for: every one comes, in order. */
static void test_rooms(void)
{
    enum { OBJECTS = 40, LINES = 4, MOST = OBJECTS * LINES };
    char log[LINES * OBJECTS * 16], *end = log;

    for (int i = 0; i < MOST; i++)
        end += snprintf(end, 16, "{\"status\":%d}%s", 100 + i, (i + 1) % OBJECTS ? "" : "\n");
    for (size_t capacity = 1; capacity <= MOST; capacity++) {
        struct httpstatus_line lines[MOST];
        size_t used, stored, seen = 0;
        bool right = true;
        httpstatus_scanner_init(&scanner, &(struct httpstatus_options){.format = HTTPSTATUS_JSON},
                                NULL);
        for (const char *p = log; p < end; p += used) {
            stored = httpstatus_scan(&scanner, p, (size_t)(end - p), lines, capacity, &used);
            right = right && stored <= capacity;
            for (size_t i = 0; i < stored; i++, seen++)
                right = right && lines[i].status == 100 + (int)seen &&
                        lines[i].number == 1 + seen / OBJECTS;
        }
        check(right && seen == MOST && counted()->lines == LINES,
              "room for some of a line's records");
    }
}

/* Two parts of a log, cut at a line's end: what crosses the cut, and whether anything does. */
static void test_carry(void)
{
    static const char *const logs[][2] = {
        {"#Fields: a sc-status\nx 200\n", "y 404\n"},
        {"x\n{\"log\":\"1157689312.049 5 10.1.1.1 TCP\",\"stream\":\"stderr\"}\n",
         "{\"log\":\"_MISS/404 1 GET u - D/1 -\\n\",\"stream\":\"stderr\"}\ny\n"},
        {"2026-11-20T10:00:00Z stdout P {\"stat\n{\"log\":\"x\"}\n",
         "x\n2026-11-20T10:00:00Z stdout F us\":404}\n"},
        {"x\n2026-11-20T10:00:00Z stdout P x\n{\"log\":\"y\"}\n", ""},
        {"2026-11-20T10:00:00Z stdout P h [10/Oct/2000:13:55:36 -0700] \"G\" 200 1\n",
         "2026-11-20T10:00:00Z stdout F h [10/Oct/2000:13:55:36 -0700] \"G\" 404 1\n"},
        {"{\"log\":\"{\\\"status\\\":200}\"}\n", "{\"log\":\"x\"}\n"},
        {"{\"MESSAGE\":\"x\",\"_STREAM_ID\":\"a\",\"_LINE_BREAK\":\"line-max\"}\n",
         "{\"MESSAGE\":\"x\",\"_STREAM_ID\":\"a\"}\ny\n"},
    };
    enum { COUNTED = 4 }; /* from there on, what crosses is that a record has been answered */
    static const struct httpstatus_carry nothing;
    static struct httpstatus_scanner parts[2];
    static struct httpstatus_carry carry;
    struct httpstatus_tally sum;
    const struct httpstatus_options options = {.format = HTTPSTATUS_AUTO};

    for (size_t i = 0; i < sizeof logs / sizeof logs[0]; i++) {
        httpstatus_scanner_init(&scanner, &options, NULL);
        for (int part = 0; part < 2; part++) {
            size_t size = strlen(logs[i][part]);
            httpstatus_scanner_init(&parts[part], &options, NULL);
            if (part)
                httpstatus_carry_in(&parts[part], &carry);
            httpstatus_scan(&parts[part], logs[i][part], size, NULL, 0, NULL);
            httpstatus_scan(&scanner, logs[i][part], size, NULL, 0, NULL);
            httpstatus_carry_out(&parts[part], &carry);
            if (part == 0)
                check(httpstatus_scanner_is_open(&parts[part]) == (i > 0) &&
                          !httpstatus_carry_equal(&carry, &nothing) &&
                          !httpstatus_carry_equal(&nothing, &carry) &&
                          httpstatus_carry_equal(&carry, &carry) == (i == 0 || i >= COUNTED),
                      "what crosses a cut");
        }
        httpstatus_finish(&scanner, NULL, 0);
        httpstatus_finish(&parts[1], NULL, 0);
        sum = *httpstatus_scanner_tally(&parts[0]);
        httpstatus_tally_add(&sum, httpstatus_scanner_tally(&parts[1]));
        check(httpstatus_tally_equal(&sum, counted()), "parts make up the whole");
    }
    check(httpstatus_carry_equal(&nothing, &nothing), "nothing crosses a cut");
}

/* Docker cuts a line after 16 KiB: a part of that size is never a line of its own. */
static void test_docker_cut(void)
{
    static const char part[] = "{\"log\":\"h - - [10/Oct/2000:13:55:36 -0700] \\\"G\\\" 200 1 ";
    enum { ESCAPED = sizeof "{\"log\":\"\\\\" - 1, CUT = 16384 };
    static char log[2 * CUT];

    for (int less = 0; less < 2; less++) {
        size_t size = sizeof part - 1;
        memcpy(log, part, size);
        while (size < (size_t)(CUT + ESCAPED - less))
            log[size++] = 'x';
        memcpy(log + size, "\"}\n", 3);
        size += 3;
        memcpy(log + size, part, sizeof part - 1);
        size += sizeof part - 1;
        memcpy(log + size, "\\n\"}\n", 5);
        size += 5;
        httpstatus_scanner_init(&scanner, &(struct httpstatus_options){.format = HTTPSTATUS_AUTO},
                                NULL);
        httpstatus_scan(&scanner, log, size, NULL, 0, NULL);
        check(counted()->records == (uint64_t)less + 1 && counted()->lines == 2, "Docker's cut");
    }
}

/* JSON that nests too deeply is torn. */
static void test_depth(void)
{
    enum { DEEP = 40000 };
    static const char name[] = "{\"a\":", status[] = ",\"status\":404}\n";
    static const size_t depths[] = {60, 70, 1000, 32000, DEEP};
    static char log[2 * DEEP + sizeof name + sizeof status];

    for (size_t i = 0; i < sizeof depths / sizeof depths[0]; i++) {
        size_t depth = depths[i];
        memcpy(log, name, sizeof name - 1);
        memset(log + sizeof name - 1, '[', depth);
        memset(log + sizeof name - 1 + depth, ']', depth);
        memcpy(log + sizeof name - 1 + 2 * depth, status, sizeof status);
        httpstatus_scanner_init(&scanner, &(struct httpstatus_options){.format = HTTPSTATUS_JSON},
                                NULL);
        httpstatus_scan(&scanner, log, strlen(log), NULL, 0, NULL);
        check(counted()->records == (depth < DEEP) && counted()->unmatched == (depth == DEEP),
              "deep JSON");
    }
}

/* The key of all records, if they have one. */
static void test_keys(void)
{
    static const struct {
        const char *log, *key;
    } logs[] = {
        {"{\"status\":200}\n{\"status\":404}\n", "status"},
        {"{\"res\":{\"statusCode\":200}}\n", "res.statusCode"},
        {"{\"status\":200}\n{\"status_code\":404}\n", NULL},
        {"x\n", NULL},
    };
    const struct httpstatus_text none = {NULL, 0}, own = text_of("a.b");
    struct httpstatus_tally tally = {0}, empty = {0};

    for (size_t i = 0; i < sizeof logs / sizeof logs[0]; i++) {
        httpstatus_scanner_init(&scanner, &(struct httpstatus_options){.format = HTTPSTATUS_JSON},
                                NULL);
        httpstatus_scan(&scanner, logs[i].log, strlen(logs[i].log), NULL, 0, NULL);
        struct httpstatus_text key = httpstatus_tally_key(counted(), none);
        check(logs[i].key ? key.data && strcmp(key.data, logs[i].key) == 0 : !key.data,
              "the key of a log");
    }
    tally.keys[0] = tally.formats[HTTPSTATUS_JSON] = 1;
    check(httpstatus_tally_key(&tally, none).data != NULL, "the key of all");
    tally.formats[HTTPSTATUS_JSON] = 2; /* one of them by the caller's key */
    check(httpstatus_tally_key(&tally, none).data == NULL, "the key of some");
    check(httpstatus_tally_key(&tally, own).data == own.data, "the caller's key");
    check(httpstatus_tally_key(&empty, own).data == NULL, "a key that no record has");
    empty.format = HTTPSTATUS_JSON;
    check(httpstatus_tally_key(&empty, own).data == own.data, "a key that was asked for");
}

/* The caller's key of a sum. */
static void test_sum_key(void)
{
    const struct httpstatus_text none = {NULL, 0}, a = text_of("a.b"), b = text_of("b"),
                                 other = text_of("a.c");
    const char same[] = "a.b";
    const struct httpstatus_text again = {same, 3};
    const struct httpstatus_tally empty = {0}, some = {.records = 1};

    check(httpstatus_tally_sum_key(&some, a, &some, again).data == a.data &&
              !httpstatus_tally_sum_key(&some, a, &some, b).data &&
              !httpstatus_tally_sum_key(&some, a, &some, other).data,
          "two keys");
    check(!httpstatus_tally_sum_key(&some, none, &some, none).data &&
              !httpstatus_tally_sum_key(&empty, none, &empty, none).data,
          "no key");
    check(!httpstatus_tally_sum_key(&some, a, &some, none).data &&
              httpstatus_tally_sum_key(&some, a, &empty, none).data == a.data,
          "the key of the first");
    check(!httpstatus_tally_sum_key(&some, none, &some, b).data &&
              httpstatus_tally_sum_key(&empty, none, &some, b).data == b.data,
          "the key of the second");
    const struct httpstatus_tally excluded = {.excluded = 1};
    check(!httpstatus_tally_sum_key(&some, a, &excluded, none).data, "records that were left out");
}

static void test_tally_add(void)
{
    struct httpstatus_tally a = {0}, b = {0}, zero = {0};

    a.lines = a.unmatched = 9;
    for (int i = 0; i < 9; i++)
        a.first_unmatched[i] = (uint64_t)i + 1;
    a.format = b.format = HTTPSTATUS_CLF;
    b.lines = b.unmatched = 3;
    b.first_unmatched[0] = 1;
    b.first_unmatched[1] = 2;
    b.first_unmatched[2] = 3;
    httpstatus_tally_add(&a, &b);
    check(a.lines == 12 && a.unmatched == 12 && a.first_unmatched[9] == 10, "line numbers shift");
    httpstatus_tally_add(&zero, &a);
    check(httpstatus_tally_equal(&zero, &a), "adding to an empty tally");
    b.format = HTTPSTATUS_FORMAT_NONE;
    httpstatus_tally_add(&a, &b);
    check(httpstatus_tally_format(&a) == HTTPSTATUS_FORMAT_NONE, "two formats are none");
    struct httpstatus_tally clf = {.format = HTTPSTATUS_CLF}, none = {0}, left = clf, right = none;
    httpstatus_tally_add(&left, &none);
    httpstatus_tally_add(&right, &clf);
    struct httpstatus_tally automatic = {.format = HTTPSTATUS_AUTO},
                            one = {.lines = 1, .skipped = 1};
    one.format = HTTPSTATUS_W3C;
    httpstatus_tally_add(&automatic, &clf);
    check(automatic.format == HTTPSTATUS_CLF, "a format in place of none yet");
    httpstatus_tally_add(&automatic, &one);
    check(automatic.format == HTTPSTATUS_W3C && automatic.lines == 1, "a log after an empty one");
    httpstatus_tally_add(&automatic, &clf);
    check(automatic.format == HTTPSTATUS_W3C, "an empty log after a log");
    check(left.format == HTTPSTATUS_CLF && right.format == HTTPSTATUS_CLF, "two empty tallies");
    b.format = HTTPSTATUS_CLF;
    httpstatus_tally_add(&b, &b);
    check(b.lines == 6 && b.first_unmatched[3] == 4 && b.first_unmatched[5] == 6 &&
              b.first_unmatched[6] == 0,
          "a tally and itself");
    struct httpstatus_tally all = {.format = HTTPSTATUS_CLF,
                                   .lines = 20,
                                   .no_status = 2,
                                   .skipped = 3,
                                   .unmatched = 4,
                                   .more_pairs = 5};
    all.counts[404 - HTTPSTATUS_STATUS_MIN] = 11;
    all.pairs[0] = (struct httpstatus_pair){403, 14, 6};
    struct httpstatus_tally twice = all;
    httpstatus_tally_add(&twice, &all);
    check(twice.lines == 40 && twice.no_status == 4 && twice.skipped == 6 && twice.unmatched == 8 &&
              twice.more_pairs == 10 && httpstatus_tally_count(&twice, 404) == 22 &&
              twice.pairs[0].count == 12 && twice.pairs[1].count == 0,
          "every number adds up");
}

/* Two tallies that differ in one thing only. */
static void test_tally_equal(void)
{
    struct httpstatus_tally a = {.lines = 9,
                                 .no_status = 1,
                                 .skipped = 1,
                                 .unmatched = 1,
                                 .counts = {7},
                                 .first_unmatched = {2},
                                 .pairs = {{403, 14, 1}, {404, 1, 1}},
                                 .more_pairs = 1,
                                 .format = HTTPSTATUS_W3C};
    struct httpstatus_tally b[] = {a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a};

    b[1].lines++;
    b[2].no_status++;
    b[3].skipped++;
    b[4].unmatched++;
    b[5].counts[HTTPSTATUS_STATUS_MAX - HTTPSTATUS_STATUS_MIN]++;
    b[6].first_unmatched[HTTPSTATUS_FIRST_UNMATCHED - 1]++;
    b[7].pairs[0].status++;
    b[8].pairs[1].substatus++;
    b[9].pairs[1].count++;
    b[10].pairs[HTTPSTATUS_PAIRS - 1].count++;
    b[11].more_pairs++;
    b[12].format++;
    b[13].records++;
    b[14].formats[HTTPSTATUS_CLF]++;
    b[15].keys[0]++;
    b[16].excluded++;
    b[17].untimed++;
    for (size_t i = 0; i < sizeof b / sizeof b[0]; i++)
        check(httpstatus_tally_equal(&a, &b[i]) == (i == 0) &&
                  httpstatus_tally_equal(&b[i], &a) == (i == 0),
              "equal tallies");
}

/* Status 0 has sub-statuses like any other; lines without a status have none. */
static void test_pair_of_zero(void)
{
    static const char log[] = "#Fields: sc-status sc-substatus\n000 7\n- 8\nx 9\n999 65535\n";
    const struct httpstatus_pair *pairs = counted()->pairs;

    httpstatus_scanner_init(&scanner, &(struct httpstatus_options){.format = HTTPSTATUS_W3C}, NULL);
    httpstatus_scan(&scanner, log, sizeof log - 1, NULL, 0, NULL);
    check(pairs[0].status == 0 && pairs[0].substatus == 7 && pairs[0].count == 1 &&
              pairs[1].status == 999 && pairs[1].substatus == 65535 && pairs[1].count == 1 &&
              pairs[2].count == 0,
          "the ends of status and sub-status");
}

/* Vector scanners count records in bulk if none is stored and the format is given. */
static void test_counted_pairs(void)
{
    enum { LINES = 6000 };
    static char log[LINES * 8];
    const struct httpstatus_pair *pairs = counted()->pairs;
    struct httpstatus_options options = {.format = HTTPSTATUS_W3C,
                                         .fields = {"sc-status sc-substatus", 22}};

    for (int i = 0; i < LINES; i++)
        memcpy(log + 8 * i, i % 3 == 0 ? "403  14\n" : i % 3 == 1 ? "404   7\n" : "200   0\n", 8);
    httpstatus_scanner_init(&scanner, &options, NULL);
    httpstatus_scan(&scanner, log, sizeof log, NULL, 0, NULL);
    check(counted()->records == LINES && pairs[0].substatus == 14 && pairs[0].count == LINES / 3 &&
              pairs[1].substatus == 7 && pairs[1].count == LINES / 3 && pairs[2].count == 0,
          "sub-statuses of many records");
}

/* If there are more pairs than room, the least are kept, of the whole and of its parts alike. */
static void test_pairs(void)
{
    enum { ALL = HTTPSTATUS_PAIRS + 44, TIMES = 3, PARTS = 3 };
    static const int ends[PARTS] = {100, 500, TIMES * ALL};
    static struct httpstatus_scanner parts[PARTS];
    struct httpstatus_options options = {.format = HTTPSTATUS_W3C};
    struct httpstatus_tally sums[PARTS], right;
    size_t used;

    options.fields = (struct httpstatus_text){"sc-status sc-substatus", 22};
    httpstatus_scanner_init(&scanner, &options, NULL);
    for (int part = 0, i = 0; part < PARTS; part++) {
        httpstatus_scanner_init(&parts[part], &options, NULL);
        for (; i < ends[part]; i++) {
            char line[32];
            int n = i * 7 % ALL;
            snprintf(line, sizeof line, "%d %d\n", 400 + n / 100, 1 + n % 100);
            httpstatus_scan(&scanner, line, strlen(line), NULL, 0, &used);
            httpstatus_scan(&parts[part], line, strlen(line), NULL, 0, &used);
        }
    }
    for (int i = 0; i < HTTPSTATUS_PAIRS; i++)
        check(counted()->pairs[i].status == 400 + i / 100 &&
                  counted()->pairs[i].substatus == 1 + i % 100 &&
                  counted()->pairs[i].count == TIMES,
              "the least pairs, in order");
    check(counted()->more_pairs == TIMES * (ALL - HTTPSTATUS_PAIRS), "pairs without room");

    for (int part = 0; part < PARTS; part++)
        sums[part] = *httpstatus_scanner_tally(&parts[part]);
    right = sums[1];
    httpstatus_tally_add(&right, &sums[2]);
    httpstatus_tally_add(&sums[1], &sums[0]);
    check(sums[1].more_pairs > 0, "parts without room");
    httpstatus_tally_add(&sums[1], &sums[2]);
    httpstatus_tally_add(&sums[0], &right);
    check(httpstatus_tally_equal(&sums[0], counted()) &&
              httpstatus_tally_equal(&sums[1], counted()),
          "parts add up, in any order");
}

static void test_tally_statuses(void)
{
    struct httpstatus_tally tally = {0};

    for (int status = HTTPSTATUS_STATUS_MIN; status <= HTTPSTATUS_STATUS_MAX; status++)
        tally.counts[status - HTTPSTATUS_STATUS_MIN] = (uint64_t)status + 2;
    check(httpstatus_tally_count(&tally, -1) == 1 && httpstatus_tally_count(&tally, 0) == 2 &&
              httpstatus_tally_count(&tally, 999) == 1001,
          "the count of a status");
    check(httpstatus_tally_count(&tally, -2) == 0 && httpstatus_tally_count(&tally, 1000) == 0 &&
              httpstatus_tally_count(&tally, INT_MIN) == 0 &&
              httpstatus_tally_count(&tally, INT_MAX) == 0,
          "no count of what is no status");
    for (int n = 1; n <= 5; n++)
        check(httpstatus_tally_class(&tally, n) == (uint64_t)(n * 10000 + 200 + 4950), "a class");
    check(httpstatus_tally_class(&tally, 6) == 0 && httpstatus_tally_class(&tally, -1) == 0 &&
              httpstatus_tally_class(&tally, 0) == 1001 * 501 - 5 * 5150 - 150000,
          "other classes");
}

/* Nothing after a format string is read, and nothing there changes what the string means. */
static void test_cut_formats(void)
{
    static const char *const whole[] = {
        "%h %l \\t%400,501!{Referer}i%t %>s %b",
        "%^ti %h \"%r\" %s x",
        "%%%!200<s%h%%",
        "$a \"${b_1}\" \\$status $c",
        "${status}x",
        "%ci %{+Q}r %[status] %ST %{-Q}o x",
        "%ci:%cp %HM %ST/",
        "%U %>s \"%{%d %T}t\" %{SSL_PROTOCOL}x",
        "$uri ${context.status} $time_local\\t[$time_local]",
        "%'un %{a}>h %6tr %>Hs %\"ru",
        "%r %ST %T \"%{+E}[a,json]\"",
    };
    char *end = guard_make(1024);

    if (!end) {
        check(false, "a guard page");
        return;
    }
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
        for (size_t size = 0; size <= strlen(whole[i]); size++) {
            struct httpstatus_options a, b;
            struct httpstatus_format_error in_front, alone;
            char *edge = memcpy(end - size, whole[i], size);
            memset(&a, 0, sizeof a);
            memset(&b, 0, sizeof b);
            bool first = httpstatus_options_format(&a, whole[i], size, &in_front);
            bool second = httpstatus_options_format(&b, edge, size, &alone);
            check(first == second && in_front.column == alone.column &&
                      in_front.message == alone.message && memcmp(&a, &b, sizeof a) == 0,
                  "a format string that is cut off");
        }
    guard_free(end, 1024);
}

static void test_options(void)
{
    static const char *const none[] = {"", "x", "custom", "CLF", "clf ", "cl"};
    struct httpstatus_options options;
    struct httpstatus_format_error error;

    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        memset(&options, 0, sizeof options);
        check(!httpstatus_options_format(&options, none[i], strlen(none[i]), &error) &&
                  !error.message && !httpstatus_scanner_init(&scanner, &options, NULL),
              "neither a format nor a format string");
    }
    check(httpstatus_format("custom", 6) == HTTPSTATUS_CUSTOM, "the name of own formats");
    check(httpstatus_format("Common", 6) == HTTPSTATUS_FORMAT_NONE &&
              httpstatus_format("nlb", 3) == HTTPSTATUS_FORMAT_NONE,
          "no names of formats");
    check(httpstatus_options_format(&options, "%>s", 3, &error) && !error.message &&
              options.format == HTTPSTATUS_CUSTOM &&
              httpstatus_scanner_init(&scanner, &options, NULL),
          "a format string");
}

/* Which option applies to which format. */
static void test_options_that_apply(void)
{
    static const struct {
        const char *option, *formats;
        unsigned applies; /* bits: formats */
    } rows[] = {
        {"key", "json or auto", 1u << HTTPSTATUS_JSON | 1u << HTTPSTATUS_AUTO},
        {"fields", "w3c, cloudfront, zeek or auto",
         1u << HTTPSTATUS_W3C | 1u << HTTPSTATUS_CLOUDFRONT | 1u << HTTPSTATUS_ZEEK |
             1u << HTTPSTATUS_AUTO},
        {"target", "elb or auto", 1u << HTTPSTATUS_ELB | 1u << HTTPSTATUS_AUTO},
    };
    const struct httpstatus_text text = {"a Status_code SC-Status", 23};
    const char *formats;

    for (unsigned format = HTTPSTATUS_AUTO; format < HTTPSTATUS_FORMATS; format++) {
        struct httpstatus_options options = {.format = (enum httpstatus_format)format};
        check(!httpstatus_options_check(&options, &formats) && !formats, "no options");
        for (size_t i = 0; i < 3; i++) {
            options.key = i == 0 ? text : (struct httpstatus_text){NULL, 0};
            options.fields = i == 1 ? text : (struct httpstatus_text){NULL, 0};
            options.target = i == 2;
            const char *name = httpstatus_options_check(&options, &formats);
            if (rows[i].applies & 1u << format)
                check(!name && !formats, "an option that applies");
            else
                check(name && strcmp(name, rows[i].option) == 0 &&
                          strcmp(formats, rows[i].formats) == 0,
                      "an option that does not apply");
            options.fields.size /= 2;
            name = httpstatus_options_check(&options, &formats);
            check(i != 1 || (name && strcmp(name, "fields") == 0 &&
                             (formats != NULL) != (rows[i].applies >> format & 1)),
                  "fields without a status");
        }
    }
}

/* What a vector cannot ask: bytes that are no UTF-8, and sizes that no buffer has. */
static void test_resolve(void)
{
    char buffer[256];
    struct httpstatus_location r;

    check(httpstatus_resolve(text_of("http://u\xff@a/b"), text_of("\x80?\xc3#\xfe"),
                             HTTPSTATUS_RFC3986, buffer, sizeof buffer,
                             &r) == HTTPSTATUS_RESOLVE_OK &&
              r.url.size == 25 && memcmp(r.url.data, "http://u%FF@a/%80?%C3#%FE", 25) == 0,
          "bytes that are no UTF-8");
    check(httpstatus_url_size(0, 0) == 64 && httpstatus_url_size(1, 2) == 76, "a buffer's size");
    check(httpstatus_url_size(SIZE_MAX, 0) == SIZE_MAX &&
              httpstatus_url_size(0, SIZE_MAX) == SIZE_MAX &&
              httpstatus_url_size(SIZE_MAX / 8, SIZE_MAX / 4) == SIZE_MAX,
          "a size that is too large");
}

static void test_expected(void)
{
    static const char *const arguments[] = {"code",          "substatus",
                                            "status",        "status_class",
                                            "property",      "method",
                                            "policy",        "follow",
                                            "drops_headers", "drops_cross_origin",
                                            "base",          "rules",
                                            "named_format",  "format",
                                            "key",           "fields",
                                            "which",         "scanner",
                                            "others",        "now",
                                            "cap",           "retry_policy",
                                            "since",         "until",
                                            "host",          "by",
                                            "group",         "n",
                                            "entries",       "q"};
    char text[HTTPSTATUS_EXPECTED];

    for (size_t i = 0; i < sizeof arguments / sizeof arguments[0]; i++) {
        const char *words = httpstatus_expected(arguments[i], text);
        check(words && *words && strlen(words) < HTTPSTATUS_EXPECTED - 1, "words that are not cut");
    }
    check(!httpstatus_expected("colour", text), "no argument of ours");
    check(strcmp(httpstatus_expected("status_class", text), "1xx, 2xx, 3xx, 4xx, 5xx") == 0,
          "a list of names");
    check(strstr(httpstatus_expected("format", text), "clf, or the server's own") != NULL,
          "what ends a list");
}

/* Each beginning, cut anywhere, wrong anywhere, and with more after it. */
/* Logs of 'size' bytes, of copies of a line and then of another. */
static const char *suggested(char *log, size_t size, const char *line, size_t count,
                             const char *other, struct httpstatus_suggestion *found)
{
    const size_t length = strlen(line);

    for (size_t i = 0; i < size; i++)
        log[i] = i < count * length ? line[i % length]
                                    : other[(i - count * length) % strlen(other)];
    return httpstatus_suggest(&scanner, log, size, found);
}

static void test_suggest(void)
{
    enum { HEAD = HTTPSTATUS_SUGGEST_HEAD, SAMPLE = 64 * 1024, SIZE = HEAD + 1000, ALL = SIZE };
    static char log[SIZE];
    static const char line[] = "192.0.2.1;GET /a;200;x\n";
    char even[512 + 1];
    struct httpstatus_suggestion found;

    snprintf(even, sizeof even, "1.2.3.4;GET /%0*d;404;x\n", 512 - 20, 0);
    check(suggested(log, SIZE, line, ALL, line, &found) != NULL, "a long log");
    check(found.lines == HEAD / strlen(line) && found.matched == found.lines, "whole lines");
    check(suggested(log, HEAD, even, ALL, line, &found) && found.lines == HEAD / strlen(even),
          "a head that ends with a line, and so does the sample");
    check(!suggested(log, SIZE, "x", ALL, "x", &found), "a head without a line's end");
    check(!suggested(log, SAMPLE + 1000, "x", SAMPLE + 100, line, &found), "a long first line");
    check(suggested(log, SAMPLE * 4, line, 900, "GET /a x\n", &found) == NULL,
          "the sample is read, but not the head");
    check(!suggested(log, 1600, "GET /a label", 1, "labellabel", &found), "no status");
    memcpy(log + 1590, "=404 200x\n", 10);
    check(!httpstatus_suggest(&scanner, log, 1600, &found), "a string that is too long");
}

static void test_content(void)
{
    static const struct {
        enum httpstatus_content content;
        size_t size;
        const char *bytes, *name;
    } files[] = {
        {HTTPSTATUS_CONTENT_GZIP, 2, "\x1f\x8b", "gzip"},
        {HTTPSTATUS_CONTENT_BZIP2, 15, "BZh11AY&SYcrcc\x06", "bzip2"},
        {HTTPSTATUS_CONTENT_BZIP2, 10, "BZh9\x17rE8P\x90", "bzip2"},
        {HTTPSTATUS_CONTENT_XZ, 6,
         "\xfd"
         "7zXZ\0",
         "xz"},
        {HTTPSTATUS_CONTENT_ZSTD, 4, "\x28\xb5\x2f\xfd", "zstd"},
        {HTTPSTATUS_CONTENT_ZSTD, 4, "\x50\x2a\x4d\x18", "zstd"},
        {HTTPSTATUS_CONTENT_ZSTD, 4, "\x5f\x2a\x4d\x18", "zstd"},
        {HTTPSTATUS_CONTENT_UTF_16, 2, "\xff\xfe", "UTF-16"},
        {HTTPSTATUS_CONTENT_UTF_16, 2, "\xfe\xff", "UTF-16"},
    };
    char p[HTTPSTATUS_CONTENT_SIZE];

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        size_t size = files[i].size;
        memset(p, 'x', sizeof p);
        memcpy(p, files[i].bytes, size);
        check(strcmp(httpstatus_content_name(files[i].content), files[i].name) == 0, "its name");
        check(httpstatus_content(p, sizeof p) == files[i].content, "a content");
        for (size_t cut = 0; cut < size; cut++)
            check(httpstatus_content(p, cut) == HTTPSTATUS_CONTENT_UNTOLD, "too few bytes");
        p[size - 1] ^= 0x40;
        check(httpstatus_content(p, sizeof p) == HTTPSTATUS_CONTENT_PLAIN, "another last byte");
    }
    check(!httpstatus_content_name(HTTPSTATUS_CONTENT_PLAIN) &&
              !httpstatus_content_name(HTTPSTATUS_CONTENT_UNTOLD) &&
              !httpstatus_content_name((enum httpstatus_content)99),
          "no name");
    check(httpstatus_content("GET", 3) == HTTPSTATUS_CONTENT_PLAIN, "a log");
}

static void test_scanner_names(void)
{
    static const char *const known[] = {"avx512", "avx2", "sse2", "neon", "scalar"};

    check(strcmp(httpstatus_scanner_name(), httpstatus_scanner_at(0)) == 0, "the fastest is taken");
    check(!httpstatus_scanner_use("mmx", 3), "no scanner of that name");
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        bool listed = false;
        for (size_t j = 0; httpstatus_scanner_at(j); j++)
            listed = listed || strcmp(httpstatus_scanner_at(j), known[i]) == 0;
        check(httpstatus_scanner_use(known[i], strlen(known[i])) == listed,
              "a scanner of this CPU");
        check(!listed || strcmp(httpstatus_scanner_name(), known[i]) == 0, "it is used");
    }
    check(strcmp(httpstatus_scanner_name(), "scalar") == 0, "scalar runs everywhere");
}

static void test_filter(void)
{
    struct httpstatus_filter filter = {0};

    for (int i = 0; i < HTTPSTATUS_FILTER_PAIRS; i++)
        check(httpstatus_filter_add(&filter, "403.14", 6), "room for a pair");
    check(!httpstatus_filter_add(&filter, "403.14", 6), "no room for a pair");
    check(!httpstatus_filter_add_status(&filter, 1000), "no status above 999");
    check(!httpstatus_filter_add_status(&filter, -2), "no status below -1");
    for (int status = HTTPSTATUS_STATUS_MIN; status <= HTTPSTATUS_STATUS_MAX; status++) {
        struct httpstatus_filter one = {0};
        check(httpstatus_filter_add_status(&one, status), "a status");
        for (int other = HTTPSTATUS_STATUS_MIN; other <= HTTPSTATUS_STATUS_MAX; other++)
            if (httpstatus_filter_wants(&one, other, 0) != (other == status))
                check(false, "a status and no other");
    }

    check(httpstatus_filter_wants(&filter, 403, 14), "the pair that was added");
    check(!httpstatus_filter_wants(&filter, 403, 0), "its status alone was not");
    check(httpstatus_filter_add(&filter, "5xx", 3) && httpstatus_filter_wants(&filter, 599, 0) &&
              !httpstatus_filter_wants(&filter, 600, 0) &&
              !httpstatus_filter_wants(&filter, 499, 0),
          "a class");
    check(httpstatus_filter_add(&filter, "no_status", 9) &&
              httpstatus_filter_wants(&filter, HTTPSTATUS_NO_STATUS, 0) &&
              !httpstatus_filter_wants(&filter, HTTPSTATUS_UNMATCHED, 0) &&
              !httpstatus_filter_wants(&filter, HTTPSTATUS_SKIPPED, 0),
          "a kind");
    for (int bit = 0; bit < 20; bit++)
        check(!httpstatus_filter_wants(&filter, 500 + (1000 << bit), 0) &&
                  !httpstatus_filter_wants(&filter, -(5 << bit), 0),
              "no status of a log");
    check(!httpstatus_filter_wants(&filter, INT_MAX, 0) &&
              !httpstatus_filter_wants(&filter, INT_MIN, 0),
          "the ends of int");
}

/* ---- Series ---- */

static uint64_t random_state = 1;

static uint32_t next_random(void)
{
    random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)(random_state >> 33);
}

/* The buckets at one step, of all times at once: sorted, and only the latest that fit. */
struct moment {
    int64_t seconds;
    int status;
};

static int compare_moments(const void *a, const void *b)
{
    const int64_t x = ((const struct moment *)a)->seconds, y = ((const struct moment *)b)->seconds;

    return x < y ? -1 : x > y;
}

static int64_t bucket_of(int64_t seconds, int step)
{
    return (seconds < 0 ? (seconds - step + 1) / step : seconds / step) * step;
}

static size_t count_buckets(const struct moment *moments, size_t count, int step)
{
    size_t buckets = 0;

    for (size_t i = 0; i < count; i++)
        buckets += i == 0 ||
                   bucket_of(moments[i].seconds, step) != bucket_of(moments[i - 1].seconds, step);
    return buckets;
}

/* By the definition; the moments are sorted. */
static void check_series(const struct httpstatus_series *s, int asked, const struct moment *moments,
                         size_t count)
{
    size_t step_number = 0, buckets = count_buckets(moments, count, asked ? asked : 1);
    int step = asked ? asked : 1;
    uint64_t overflow = 0;
    bool same = true;

    while (!asked && buckets > HTTPSTATUS_SERIES_BUCKETS &&
           httpstatus_series_step_at(step_number)) {
        step = httpstatus_series_step_at(step_number++);
        buckets = count_buckets(moments, count, step);
    }
    for (; buckets > HTTPSTATUS_SERIES_BUCKETS; buckets--) {
        const int64_t first = bucket_of(moments->seconds, step);
        for (; bucket_of(moments->seconds, step) == first; moments++, count--)
            overflow++;
    }
    check(httpstatus_series_step(s) == step && httpstatus_series_count(s) == buckets &&
              httpstatus_series_overflow(s) == overflow,
          "the step and the buckets of a set of times");
    for (size_t i = 0, at = 0; i < buckets; i++) {
        struct httpstatus_bucket expected = {.start = bucket_of(moments[at].seconds, step)};
        const struct httpstatus_bucket bucket = httpstatus_series_at(s, i);
        for (; at < count && bucket_of(moments[at].seconds, step) == expected.start; at++)
            expected.counts[moments[at].status / 100 % 6]++;
        same = same && memcmp(&bucket, &expected, sizeof bucket) == 0;
    }
    check(same, "the counts of a set of times");
}

enum { MOMENTS = 6000, SERIES_PARTS = 5 };

/* Any split, any order: the same series, which is that of the definition. */
static void check_orders(int asked, struct moment *moments, size_t count)
{
    static struct httpstatus_series parts[SERIES_PARTS];
    const uint32_t first = next_random() % SERIES_PARTS;

    for (int i = 0; i < SERIES_PARTS; i++)
        httpstatus_series_init(&parts[i], asked, NULL);
    httpstatus_series_init(&series, asked, NULL);
    for (size_t i = 0; i < count; i++) {
        const size_t j = i + next_random() % (count - i);
        const struct moment moment = moments[j];
        moments[j] = moments[i];
        moments[i] = moment;
        httpstatus_series_add(&series, moment.seconds, moment.status);
        httpstatus_series_add(&parts[next_random() % SERIES_PARTS], moment.seconds, moment.status);
    }
    for (uint32_t i = 1; i < SERIES_PARTS; i++)
        check(httpstatus_series_merge(&parts[first], &parts[(first + i) % SERIES_PARTS]), "a sum");
    check(httpstatus_series_equal(&series, &parts[first]), "parts add up in any order");
    qsort(moments, count, sizeof moments[0], compare_moments);
    check_series(&series, asked, moments, count);
}

static void test_series_orders(void)
{
    static const uint32_t spreads[] = {1,       2000,    3000,     30000,     200000,
                                       2000000, 9000000, 50000000, 400000000, 2147483647};
    static struct moment moments[MOMENTS];

    for (size_t i = 0; i < sizeof spreads / sizeof spreads[0]; i++)
        for (size_t j = 0; j < 8; j++) {
            const int64_t start = (int64_t)next_random() - (j % 2 ? INT64_C(4000000000) : 0);
            const size_t count = j < 2 ? 2000 : MOMENTS;
            for (size_t k = 0; k < count; k++)
                moments[k] =
                    (struct moment){start + next_random() % spreads[i], (int)(next_random() % 600)};
            check_orders(j < 6 ? 0 : httpstatus_series_step_at(i % 7), moments, count);
        }
}

/* Numbers beyond 64 bits in what is compared. */
static void test_series_began(void)
{
    const uint64_t large = UINT64_C(1) << 60;
    int64_t begin = 7, end = 7;

    httpstatus_series_init(&series, 0, NULL);
    check(!httpstatus_series_began(&series, 1u << 5, &begin, &end) && begin == 7,
          "an empty series");
    for (int64_t i = 0; i < 6; i++) {
        struct httpstatus_bucket bucket = {.start = i};
        bucket.counts[2] = large;
        bucket.counts[5] = i == 2 || i == 3 ? large / 2 + (uint64_t)i : large / 2;
        httpstatus_series_add_bucket(&series, &bucket);
    }
    check(httpstatus_series_began(&series, 1u << 5, &begin, &end) && begin == 2 && end == 4,
          "a small excess of large numbers");
}

/* ---- Top ---- */

enum { VALUES = 700, ADDED = 20000, TOP_PARTS = 4 };

/* True counts, to compare with. */
struct truth {
    char names[VALUES][32];
    uint64_t counts[VALUES];
    size_t shown; /* of the top */
};

static void name_values(struct truth *truth)
{
    memset(truth, 0, sizeof *truth);
    for (int i = 0; i < VALUES; i++)
        snprintf(truth->names[i], sizeof truth->names[i], "/%x/%d", next_random() % 16, i);
}

static const uint64_t *count_of(const struct truth *truth, struct httpstatus_text value)
{
    for (int i = 0; i < VALUES; i++)
        if (strlen(truth->names[i]) == value.size &&
            memcmp(truth->names[i], value.data, value.size) == 0)
            return &truth->counts[i];
    return NULL;
}

static bool in_order(const struct httpstatus_top_entry *a, const struct httpstatus_top_entry *b)
{
    const size_t size = a->value.size < b->value.size ? a->value.size : b->value.size;
    const int order = memcmp(a->value.data, b->value.data, size);

    return a->count > b->count ||
           (a->count == b->count && (order < 0 || (order == 0 && a->value.size < b->value.size)));
}

/* Every count is right within its error, and what is not kept within the bound. */
static void check_top(const struct httpstatus_top *t, const struct truth *truth, uint64_t total)
{
    const size_t kept = httpstatus_top_kept(t);
    const uint64_t bound = httpstatus_top_bound(t);
    struct httpstatus_top_entry before = {.count = 0};
    uint64_t known = 0, most = 0;
    bool right = true, sorted = true;

    for (size_t i = 0; i < kept; i++) {
        const struct httpstatus_top_entry entry = httpstatus_top_at(t, i);
        const uint64_t *count = count_of(truth, entry.value);
        right = right && count && *count <= entry.count && *count >= entry.count - entry.error;
        known += count ? *count : 0;
        sorted = sorted && (i == 0 || in_order(&before, &entry));
        before = entry;
    }
    for (int i = 0; i < VALUES; i++)
        most += truth->counts[i];
    check(right, "counts within their errors");
    check(sorted, "the most first");
    check(most == total && httpstatus_top_total(t) == total, "records");
    check(known + bound * VALUES >= total, "the rest within the bound");
    check(!httpstatus_top_exact(t) || known == total, "exact");
    check(bound <= total / httpstatus_top_options(t).entries, "a small bound");
}

/* Values of which some come often, in parts that are added up in their order. */
static void check_top_parts(size_t entries, uint32_t values)
{
    static struct httpstatus_top parts[TOP_PARTS], left, again;
    static struct truth truth;
    const struct httpstatus_top_options options = {.by = HTTPSTATUS_PART_PATH, .entries = entries};

    name_values(&truth);
    httpstatus_top_init(&top, &options);
    for (int i = 0; i < TOP_PARTS; i++)
        httpstatus_top_init(&parts[i], &options);
    for (uint32_t i = 0; i < ADDED; i++) {
        const uint32_t often = next_random() % 8, j = next_random() % (often ? values : 5);
        const struct httpstatus_text value = {truth.names[j], strlen(truth.names[j])};
        truth.counts[j]++;
        httpstatus_top_add(&top, value);
        httpstatus_top_add(&parts[i * TOP_PARTS / ADDED], value);
    }
    check(!httpstatus_top_merge(&top, &parts[0]) && !httpstatus_top_equal(&top, &parts[0]),
          "not ended yet");
    httpstatus_top_end(&top);
    check(!httpstatus_top_merge(&top, &parts[0]) && !httpstatus_top_equal(&top, &parts[0]),
          "the other is not ended");
    check_top(&top, &truth, ADDED);
    httpstatus_top_init(&left, &options);
    for (int i = 0; i < TOP_PARTS; i++) {
        httpstatus_top_end(&parts[i]);
        again = parts[i];
        check(httpstatus_top_merge(&left, &parts[i]), "a sum");
        check(httpstatus_top_equal(&again, &parts[i]), "the other stays");
    }
    check_top(&left, &truth, ADDED);
    check(httpstatus_top_exact(&left) == httpstatus_top_exact(&top), "exact, however divided");
    check(!httpstatus_top_exact(&top) || httpstatus_top_equal(&left, &top), "the same if exact");
    httpstatus_top_init(&again, &options);
    check(httpstatus_top_merge(&again, &left) && httpstatus_top_equal(&again, &left),
          "nothing and a top");
    httpstatus_top_end(&left);
    check(httpstatus_top_equal(&again, &left), "a top and nothing");
    check(httpstatus_top_merge(&again, &again), "a top and itself");
    for (int i = 0; i < VALUES; i++)
        truth.counts[i] *= 2;
    check_top(&again, &truth, 2 * (uint64_t)ADDED);
}

static void test_top_parts(void)
{
    static const size_t entries[] = {0, 1, 2, 7, 100, 511};
    static const uint32_t values[] = {1, 7, 100, 512, 513, VALUES};

    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
        for (size_t j = 0; j < sizeof values / sizeof values[0]; j++)
            check_top_parts(entries[i], values[j]);
}

/* In whatever pieces a log of several slices comes, and however it is divided among them. */
static void test_top_slices(void)
{
    enum { SLICE = HTTPSTATUS_TOP_SLICE, SIZE = SLICE + SLICE / 4 };
    static struct httpstatus_top whole, pieces;
    const struct httpstatus_top_options options = {.by = HTTPSTATUS_PART_PATH, .entries = 3};
    const struct httpstatus_options clf = {.format = HTTPSTATUS_CLF};
    struct argument log = {malloc(SIZE + 4096), 0};
    struct httpstatus_filter filter = {.invert = false};
    static struct httpstatus_line lines[CHECKED_LINES];
    static char buffer[2 * 4096];
    int overs = 0;

    httpstatus_filter_add(&filter, "5xx", 3);
    while (log.size < SIZE)
        log.size += (size_t)sprintf(
            log.data + log.size,
            "::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /%u HTTP/1.1\" %d 7 \"%0*d\"\n",
            next_random() % 6, next_random() % 99 ? 200 : 500, (int)(3 + next_random() % 3000), 0);
    httpstatus_top_init(&whole, &options);
    check(httpstatus_scanner_init(&scanner, &clf, &filter), "a scanner");
    scan_top(&whole, log, CHECKED_LINES);
    check(!httpstatus_top_exact(&whole), "more values than entries");

    httpstatus_top_init(&pieces, &options);
    check(httpstatus_scanner_init(&scanner, &clf, &filter), "a scanner");
    for (size_t at = 0, end = 0, used; at < log.size; at += used) {
        if (at == end)
            end = at + 1 + next_random() % (1 << 16); /* which cuts lines */
        end = end < log.size ? end : log.size;
        if (at < SLICE && end > SLICE)
            end = SLICE; /* within a line, which belongs to the first slice */
        const size_t stored = httpstatus_top_scan(&pieces, &scanner, log.data + at, end - at, lines,
                                                  CHECKED_LINES, &used);
        overs += httpstatus_top_is_over(&pieces);
        for (size_t i = 0; i < stored; i++)
            httpstatus_top_add_line(&pieces, &scanner, &lines[i], log.data + lines[i].start,
                                    buffer);
    }
    httpstatus_top_end(&pieces);
    check(httpstatus_top_equal(&whole, &pieces), "in pieces");
    check(overs > 0 && overs < 9, "one slice is over before the end");

    httpstatus_top_init(&pieces, &options);
    for (size_t start = 0, k = 1; start < log.size; k++) {
        static struct httpstatus_top one;
        const size_t last = k * (size_t)SLICE - 1;
        const char *lf = last < log.size ? memchr(log.data + last, '\n', log.size - last) : NULL;
        const size_t end = lf ? (size_t)(lf + 1 - log.data) : log.size;
        httpstatus_top_init(&one, &options);
        check(httpstatus_scanner_init(&scanner, &clf, &filter), "a scanner");
        scan_top(&one, (struct argument){log.data + start, end - start}, CHECKED_LINES);
        check(httpstatus_top_merge(&pieces, &one), "a slice");
        start = end;
    }
    check(httpstatus_top_equal(&whole, &pieces), "slice by slice");
    free(log.data);
}

static void test_top_state(void)
{
    static struct httpstatus_top other;
    const struct httpstatus_top_options options = {.by = HTTPSTATUS_PART_PATH, .entries = 2},
                                        wrong[] = {
                                            {.by = HTTPSTATUS_PART_TIME},
                                            {.by = HTTPSTATUS_PARTS},
                                            {.by = HTTPSTATUS_PART_HOST,
                                             .group = HTTPSTATUS_GROUP_ID},
                                            {.by = HTTPSTATUS_PART_PATH,
                                             .group = HTTPSTATUS_GROUPS},
                                            {.by = HTTPSTATUS_PART_PATH, .n = 513},
                                            {.by = HTTPSTATUS_PART_PATH, .entries = 513},
                                        };
    static const char *const names[] = {"by", "by", "group", "group", "n", "entries"};
    static char longest[HTTPSTATUS_TOP_VALUE + 1];
    const struct httpstatus_top_entry bad[] = {
        {{longest, sizeof longest}, 1, 0}, {{"a", 1}, 0, 0}, {{"a", 1}, 1, 2}};

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        check(!strcmp(httpstatus_top_check(&wrong[i]), names[i]) &&
                  !httpstatus_top_init(&top, &wrong[i]),
              "wrong options");
    check(httpstatus_top_init(&top, &options) && httpstatus_top_equal(&top, &top), "an empty top");
    check(httpstatus_top_options(&top).n == 20 && httpstatus_top_options(&top).entries == 2,
          "the options without zeros");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        check(!httpstatus_top_add_entry(&top, &bad[i]), "an entry that cannot be");
    for (int i = 0; i < 3; i++) {
        const struct httpstatus_top_entry entry = {{&"abc"[i], 1}, 1 + (uint64_t)i, 1};
        check(httpstatus_top_add_entry(&top, &entry) == (i < 2), "two entries");
    }
    check(httpstatus_top_at(&top, 0).count == 2, "the most first");
    for (int i = 0; i < 9; i++) { /* one difference each */
        struct httpstatus_top_options differs = options;
        differs.by = i == 0 ? HTTPSTATUS_PART_HOST : options.by;
        differs.group = i == 1 ? HTTPSTATUS_GROUP_ID : options.group;
        differs.entries = i == 2 ? 3 : options.entries;
        differs.n = i == 3 ? 1 : 0;
        httpstatus_top_init(&other, &differs);
        httpstatus_top_restore(&other, i == 4, i == 5, i == 6, i == 7);
        for (int j = 0; j < 2 && i < 8; j++) {
            const struct httpstatus_top_entry entry = httpstatus_top_at(&top, (size_t)j);
            httpstatus_top_add_entry(&other, &entry);
        }
        check(!httpstatus_top_equal(&top, &other) && !httpstatus_top_equal(&other, &top),
              "a difference");
        check(i > 2 || !httpstatus_top_merge(&top, &other), "not to be added up");
    }
    for (int i = 0; i < 4; i++) {
        httpstatus_top_init(&other, &options);
        for (int j = 0; j < 2; j++) {
            struct httpstatus_top_entry entry = httpstatus_top_at(&top, (size_t)j);
            entry.count += i == 1;
            entry.error -= i == 2;
            entry.value = i == 3 ? (struct httpstatus_text){&"xy"[j], 1} : entry.value;
            httpstatus_top_add_entry(&other, &entry);
        }
        check(httpstatus_top_equal(&top, &other) == (i == 0), "an entry that differs");
    }
    const struct httpstatus_top_options many = {.by = HTTPSTATUS_PART_PATH, .n = 50, .entries = 2};
    httpstatus_top_init(&other, &many);
    check(httpstatus_top_merge(&top, &other) && httpstatus_top_options(&top).n == 50,
          "shows as many as the other");
    check(!strcmp(httpstatus_group_name(1), "id") && !httpstatus_group_name(HTTPSTATUS_GROUPS) &&
              !strcmp(httpstatus_top_by_name(5), "referer") && !httpstatus_top_by_name(6),
          "names");
}

/* With a filter, the lines that it wants are counted. */
static void test_series_filter(void)
{
    static const char log[] = "{\"ts\":5,\"status\":200}\n{\"ts\":6,\"status\":404}\n";
    const struct httpstatus_options json = {.format = HTTPSTATUS_JSON};
    struct httpstatus_filter filter = {.invert = false};
    struct httpstatus_line lines[4];
    char buffer[2 * sizeof log];
    size_t used;

    httpstatus_filter_add(&filter, "404", 3);
    httpstatus_scanner_init(&scanner, &json, &filter);
    httpstatus_series_init(&series, 0, NULL);
    const size_t count =
        httpstatus_series_scan(&series, &scanner, log, sizeof log - 1, lines, 4, &used);
    check(count == 1 && used == sizeof log - 1 && httpstatus_series_count(&series) == 0,
          "a filter");
    httpstatus_series_add_line(&series, &scanner, lines, log + lines->start, buffer);
    check(httpstatus_series_at(&series, 0).start == 6, "the line that is wanted");
}

static void test_series_state(void)
{
    static struct httpstatus_series other, restored;
    const struct httpstatus_bucket early = {.start = -5, .counts = {1, 2, 3, 4, 5, 6}};

    check(!httpstatus_series_init(&series, 7, NULL) && !httpstatus_series_init(&series, -1, NULL),
          "a step that is none");
    check(httpstatus_series_step_at(6) == 86400 && httpstatus_series_step_at(7) == 0, "the steps");
    httpstatus_series_init(&series, 60, NULL);
    httpstatus_series_init(&other, 0, NULL);
    check(!httpstatus_series_merge(&series, &other), "series of different steps");
    check(!httpstatus_series_equal(&series, &other), "a step that was not asked for");
    check(httpstatus_series_asked(&series) == 60 && httpstatus_series_asked(&other) == 0,
          "the step that was asked for");
    check(!httpstatus_series_restore(&series, 10, 0, 0) &&
              !httpstatus_series_restore(&other, 7, 0, 0),
          "a step to restore");
    for (int i = 0; i < 3000; i++)
        httpstatus_series_add(&other, i, 200);
    httpstatus_series_init(&restored, 0, NULL);
    check(httpstatus_series_restore(&restored, httpstatus_series_step(&other), 0, 0), "a step");
    check(!httpstatus_series_equal(&restored, &other), "different numbers of buckets");
    httpstatus_series_restore(&restored, httpstatus_series_step(&other), 3, 4);
    for (size_t i = 0; i < httpstatus_series_count(&other); i++) {
        const struct httpstatus_bucket bucket = httpstatus_series_at(&other, i);
        httpstatus_series_add_bucket(&restored, &bucket);
    }
    check(!httpstatus_series_equal(&restored, &other), "different numbers");
    httpstatus_series_restore(&restored, httpstatus_series_step(&other), 0, 4);
    check(!httpstatus_series_equal(&restored, &other), "different overflows");
    httpstatus_series_restore(&restored, httpstatus_series_step(&other), 0, 0);
    check(httpstatus_series_equal(&restored, &other), "a restored series");
    httpstatus_series_add(&restored, 0, 404);
    check(!httpstatus_series_equal(&restored, &other), "different counts");
    httpstatus_series_add(&other, 100, 404);
    check(!httpstatus_series_equal(&restored, &other), "different starts of counts");
    check(httpstatus_series_merge(&other, &other) &&
              httpstatus_series_at(&other, 0).counts[2] == 20,
          "a series and itself");
    httpstatus_series_init(&series, 1, NULL);
    for (int i = 0; i < 2048; i++)
        httpstatus_series_add(&series, i, 200);
    httpstatus_series_add_bucket(&series, &early);
    check(httpstatus_series_overflow(&series) == 21, "a bucket before those that are kept");
    httpstatus_series_init(&other, 1, NULL);
    httpstatus_series_add(&other, 0, 200);
    httpstatus_series_init(&restored, 1, NULL);
    httpstatus_series_add(&restored, 1, 200);
    check(!httpstatus_series_equal(&restored, &other), "different starts");
    httpstatus_series_init(&restored, 0, NULL);
    httpstatus_series_restore(&restored, 10, 0, 0);
    httpstatus_series_init(&other, 0, NULL);
    check(!httpstatus_series_equal(&restored, &other), "different steps");
}

/* ---- Latency ---- */

enum { SPANS = 2000, LATENCY_PARTS = 4 };
struct span {
    int64_t nanoseconds;
    int status;
};

static int compare_spans(const void *a, const void *b)
{
    const int64_t x = ((const struct span *)a)->nanoseconds,
                  y = ((const struct span *)b)->nanoseconds;

    return x < y ? -1 : x > y;
}

/* By the definition, of durations that are sorted: within a 32nd, and in its bucket. */
static void check_quantiles(const struct span *spans, uint64_t count)
{
    bool right = true;

    for (uint64_t permille = 0; permille <= 1000; permille += 1 + next_random() % 50) {
        const uint64_t rank = (permille * count + 999) / 1000;
        const int64_t exact = spans[rank ? rank - 1 : 0].nanoseconds;
        struct httpstatus_quantile found;
        right = right &&
                httpstatus_latency_quantile(&latency, (double)permille / 1000,
                                            HTTPSTATUS_ALL_CLASSES, &found) &&
                (uint64_t)exact >= found.low && (uint64_t)exact < found.high &&
                llabs(found.value - exact) <= exact / 32 &&
                found.high - found.low <= found.low / 16 + 1;
    }
    check(right, "quantiles by the definition");
}

/* Any split, any order: the same latency, which is that of the definition. */
static void check_spans(struct span *spans, size_t count)
{
    static struct httpstatus_latency parts[LATENCY_PARTS];
    const uint32_t first = next_random() % LATENCY_PARTS;
    uint64_t sum = 0;

    for (int i = 0; i < LATENCY_PARTS; i++)
        httpstatus_latency_init(&parts[i]);
    httpstatus_latency_init(&latency);
    for (size_t i = 0; i < count; i++) {
        const struct span span = spans[i];
        sum = sum > UINT64_MAX - (uint64_t)span.nanoseconds ? UINT64_MAX
                                                            : sum + (uint64_t)span.nanoseconds;
        httpstatus_latency_add(&latency, span.nanoseconds, span.status);
        httpstatus_latency_add(&parts[next_random() % LATENCY_PARTS], span.nanoseconds,
                               span.status);
    }
    for (uint32_t i = 1; i < LATENCY_PARTS; i++)
        httpstatus_latency_merge(&parts[first], &parts[(first + i) % LATENCY_PARTS]);
    check(httpstatus_latency_equal(&latency, &parts[first]), "parts add up in any order");
    qsort(spans, count, sizeof spans[0], compare_spans);
    const struct httpstatus_latency_summary all =
        httpstatus_latency_summary(&latency, HTTPSTATUS_ALL_CLASSES);
    check(all.count == count && all.min == spans[0].nanoseconds &&
              all.max == spans[count - 1].nanoseconds && all.sum == sum,
          "a summary by the definition");
    check_quantiles(spans, count);
}

static void test_latency_orders(void)
{
    static struct span spans[SPANS];

    for (uint32_t round = 0; round < 60; round++) {
        const size_t count = round % 3 ? SPANS : 1 + next_random() % 40;
        for (size_t i = 0; i < count; i++) {
            const uint64_t number = (uint64_t)next_random() << 32 | next_random() << 1;
            spans[i] = (struct span){(int64_t)(number >> (1 + (round + next_random() % 9) % 63)),
                                     (int)(next_random() % 600)};
        }
        check_spans(spans, count);
    }
}

/* The buckets follow each other from 0 to 2^63; each has its ends, and no other. */
static void test_latency_buckets(void)
{
    uint64_t end = 0;
    bool right = true;

    httpstatus_latency_init(&latency);
    for (size_t i = 0; i < HTTPSTATUS_LATENCY_BUCKETS; i++) {
        struct httpstatus_latency_bucket bucket = httpstatus_latency_at(&latency, i);
        right = right && bucket.low == end && httpstatus_latency_add_bucket(&latency, &bucket);
        end = bucket.high;
        httpstatus_latency_add(&latency, (int64_t)bucket.low, 200);
        httpstatus_latency_add(&latency, (int64_t)(bucket.high - 1), 500);
        bucket = httpstatus_latency_at(&latency, i);
        right = right && bucket.counts[2] == 1 && bucket.counts[5] == 1 &&
                httpstatus_latency_next(&latency, i) == i;
        bucket.high++;
        right = right && !httpstatus_latency_add_bucket(&latency, &bucket);
        bucket.low += bucket.low < 32 ? UINT64_C(1) << 63 : 1;
        right = right && !httpstatus_latency_add_bucket(&latency, &bucket);
    }
    check(right && end == UINT64_C(1) << 63, "the buckets");
}

static void test_latency_quantiles(void)
{
    const double none = strtod("nan", NULL);
    struct httpstatus_latency_bucket bucket;
    struct httpstatus_quantile found = {.value = 7};

    httpstatus_latency_init(&latency);
    check(!httpstatus_latency_quantile(&latency, 0.5, HTTPSTATUS_ALL_CLASSES, &found) &&
              found.value == 7,
          "no quantile of nothing");
    bucket = httpstatus_latency_at(&latency, 5);
    bucket.counts[2] = UINT64_C(1) << 62;
    httpstatus_latency_add_bucket(&latency, &bucket);
    bucket = httpstatus_latency_at(&latency, 6);
    bucket.counts[2] = UINT64_C(1) << 62;
    httpstatus_latency_add_bucket(&latency, &bucket);
    const struct httpstatus_latency_summary summaries[HTTPSTATUS_CLASSES] = {
        {0, -1, -1, 0}, {0, -1, -1, 0}, {UINT64_C(1) << 63, 5, 6, UINT64_MAX},
        {0, -1, -1, 0}, {0, -1, -1, 0}, {0, -1, -1, 0}};
    check(httpstatus_latency_restore(&latency, 0, summaries), "many records");
    check(httpstatus_latency_quantile(&latency, 0.5, 1U << 2, &found) && found.value == 5,
          "the last rank of half of 2^63");
    check(httpstatus_latency_quantile(&latency, 0.500000001, 1U << 2, &found) && found.value == 6,
          "a billionth more");
    check(!httpstatus_latency_quantile(&latency, none, 1U << 2, &found), "not a number");
}

static void test_latency_state(void)
{
    static struct httpstatus_latency restored;
    struct httpstatus_latency_summary good[HTTPSTATUS_CLASSES], bad[HTTPSTATUS_CLASSES];

    httpstatus_latency_init(&latency);
    httpstatus_latency_init(&restored);
    httpstatus_latency_add(&latency, 100, 200);
    httpstatus_latency_add(&latency, 5000, 200);
    httpstatus_latency_add(&latency, 70, 500);
    httpstatus_latency_add(&latency, -1, 500);
    for (size_t i = httpstatus_latency_next(&latency, 0); i < HTTPSTATUS_LATENCY_BUCKETS;
         i = httpstatus_latency_next(&latency, i + 1)) {
        const struct httpstatus_latency_bucket bucket = httpstatus_latency_at(&latency, i);
        check(httpstatus_latency_add_bucket(&restored, &bucket), "a bucket");
    }
    for (int i = 0; i < HTTPSTATUS_CLASSES; i++)
        good[i] = httpstatus_latency_summary(&latency, 1U << i);
    const struct {
        int digit;
        struct httpstatus_latency_summary summary;
    } wrong[] = {
        {2, {3, 100, 5000, 5100}}, {2, {2, 101, 5000, 5100}},
        {2, {2, 90, 5000, 5100}},  {2, {2, 100, 9000, 5100}},
        {2, {2, -1, 5000, 5100}},  {2, {2, 99, 5000, 5100}},
        {2, {2, 100, 5000, 4000}}, {2, {2, 100, 5000, 6000}},
        {5, {1, 71, 70, 70}},      {4, {1, -1, -1, 0}},
        {4, {0, 0, -1, 0}},        {4, {0, -1, 0, 0}},
        {4, {0, -1, -1, 1}},       {2, {2, INT64_MIN, 5000, 5100}},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        memcpy(bad, good, sizeof bad);
        bad[wrong[i].digit] = wrong[i].summary;
        const bool inside = wrong[i].summary.min == 101; /* in the bucket of 100 */
        check(httpstatus_latency_restore(&restored, 1, bad) == inside,
              "summaries of other records");
    }
    check(!httpstatus_latency_equal(&restored, &latency), "another least duration");
    check(httpstatus_latency_restore(&restored, 1, good), "summaries");
    check(httpstatus_latency_equal(&restored, &latency), "a restored latency");
    httpstatus_latency_merge(&restored, &restored);
    check(httpstatus_latency_untimed(&restored) == 2 &&
              httpstatus_latency_summary(&restored, 1U << 2).count == 4,
          "a latency and itself");
}

int main(int argc, char **argv)
{
    if (argc > 2)
        stride = strtoul(argv[2], NULL, 10);
    if (argc < 2 || argc > 3 || stride == 0) {
        printf("usage: %s vectors.tsv [STRIDE]\n", argv[0]);
        return 2;
    }
    unsigned long count = run_vectors(argv[1]);
    test_version();
    test_scanner_names();
    test_rows();
    test_references();
    test_unregistered_redirects();
    test_redirect_corners();
    test_resolve();
    test_retries();
    test_part_names();
    test_record_bytes();
    test_record_duration();
    test_record_upstream();
    test_record_time();
    test_no_records();
    test_series_orders();
    test_series_began();
    test_series_state();
    test_series_filter();
    test_top_parts();
    test_top_slices();
    test_top_state();
    test_latency_orders();
    test_latency_buckets();
    test_latency_quantiles();
    test_latency_state();
    test_long_loops();
    test_knobs();
    test_differences();
    test_clients();
    test_search_capacity();
    test_search_bounds();
    test_pieces();
    test_long_lines();
    test_long_fields();
    test_offsets();
    test_torn();
    test_rooms();
    test_carry();
    test_docker_cut();
    test_depth();
    test_keys();
    test_sum_key();
    test_tally_add();
    test_tally_equal();
    test_pair_of_zero();
    test_counted_pairs();
    test_pairs();
    test_tally_statuses();
    test_options();
    test_options_that_apply();
    test_expected();
    test_content();
    test_suggest();
    test_cut_formats();
    test_filter();
    for (size_t i = 0; httpstatus_scanner_at(i); i++)
        printf("%s: %lu logs of the vectors\n", httpstatus_scanner_at(i), scanned[i]);
    printf("vectors: %lu\n%lu passed, %lu failed\n", count, passed, failed);
    return failed != 0;
}
