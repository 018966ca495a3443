/* What a logger puts before a record: the time, the host and the program, for example. */
#include "prefix.h"
#include "tokens.h"

/* A text that has been read up to 'at'. */
struct text {
    const char *p;
    size_t size, at;
};

static bool take_byte(struct text *t, char c)
{
    return skip(t->p, t->size, &t->at, c);
}

static bool take_word(struct text *t, const char *word)
{
    size_t length = strlen(word);

    if (t->size - t->at < length || memcmp(t->p + t->at, word, length) != 0)
        return false;
    t->at += length;
    return true;
}

/* Takes what fits the form: see form_fits(). */
static bool take_form(struct text *t, const char *form)
{
    const char *end = skip_form(t->p + t->at, t->p + t->size, form);

    if (end)
        t->at = (size_t)(end - t->p);
    return end;
}

/* One or more bytes other than white space, and the one after them. */
static bool take_token_before(struct text *t, char after)
{
    size_t start = t->at;

    while (t->at < t->size && !is_space(t->p[t->at]))
        t->at++;
    return t->at > start && take_byte(t, after);
}

static bool take_token(struct text *t)
{
    return take_token_before(t, ' ');
}

static void take_digits(struct text *t)
{
    (void)digits(t->p, t->size, &t->at);
}

/* "[123]" */
static bool take_process(struct text *t)
{
    return take_byte(t, '[') && digits(t->p, t->size, &t->at) && take_byte(t, ']');
}

/* Letters, digits, "_", "." and "-", and the byte 'more'. */
static bool take_name(struct text *t, char more)
{
    size_t start = t->at;

    for (; t->at < t->size; t->at++) {
        char c = t->p[t->at];
        if (!is_letter(c) && !is_digit(c) && c != '_' && c != '.' && c != '-' && c != more)
            break;
    }
    return t->at > start;
}

/* "\x1b[0;33m", any number of them */
static void take_colours(struct text *t)
{
    size_t end;

    do {
        end = t->at;
        if (!take_word(t, "\x1b["))
            break;
        while (t->at < t->size && (is_digit(t->p[t->at]) || t->p[t->at] == ';'))
            t->at++;
    } while (take_byte(t, 'm'));
    t->at = end;
}

/* docker compose: "web-1  | ", with colours */
static bool take_compose(struct text *t)
{
    take_colours(t);
    if (!take_name(t, '.'))
        return false;
    take_colours(t);
    bool blank = false;
    while (take_byte(t, ' '))
        blank = true;
    take_colours(t);
    if (!blank || !take_byte(t, '|'))
        return false;
    take_colours(t);
    if (!take_byte(t, ' '))
        return false;
    take_colours(t);
    return true;
}

static bool take_iso_time(struct text *t)
{
    return take_form(t, "dddd-dd-ddT") && take_token(t);
}

/* The container runtimes' "2016-10-06T00:17:09.669794202Z stdout F " */
static bool take_runtime(struct text *t, struct prefix *found)
{
    if (!take_iso_time(t) || !take_word(t, "std"))
        return false;
    found->is_error = take_word(t, "err");
    if ((!found->is_error && !take_word(t, "out")) || !take_byte(t, ' '))
        return false;
    found->is_fragment = take_byte(t, 'P');
    found->is_runtime = (found->is_fragment || take_byte(t, 'F')) && take_byte(t, ' ');
    return found->is_runtime;
}

/* "httpd[123]: ", "nginx: ", "(squid-1): " */
static bool take_program(struct text *t)
{
    (void)take_byte(t, '(');
    if (t->at == t->size || !is_letter(t->p[t->at]))
        return false;
    for (; t->at < t->size; t->at++) {
        char c = t->p[t->at];
        if (is_space(c) || c == ':' || c == '"' || c == '[')
            break;
    }
    if (t->at < t->size && t->p[t->at] == '[' && !take_process(t))
        return false;
    return take_byte(t, ':') && take_byte(t, ' ');
}

/* "<134>" */
static bool take_priority(struct text *t)
{
    size_t start = t->at;

    if (!take_byte(t, '<') || !digits(t->p, t->size, &t->at) || t->at - start > 4)
        return false;
    return take_byte(t, '>');
}

/* "Oct 11 22:14:15.003 ", "2003-10-11T22:14:15Z " */
static bool take_time(struct text *t)
{
    size_t start = t->at;

    if (take_iso_time(t))
        return true;
    t->at = start;
    if (!take_form(t, "All _d dd:dd:dd"))
        return false;
    if (take_byte(t, '.'))
        take_digits(t);
    return take_byte(t, ' ');
}

/* syslog, and journald's short form: a time, up to two words, and the program */
static bool take_syslog(struct text *t)
{
    if (t->size && t->p[0] == '<' && !take_priority(t))
        return false;
    /* RFC 5424's version, from programs that go on in the older form. */
    (void)(t->at && take_word(t, "1 "));
    if (!take_time(t))
        return false;
    for (int words = 0; words < 3; words++) {
        size_t start = t->at;
        if (take_program(t))
            return true;
        t->at = start;
        if (!take_token(t))
            return false;
    }
    return false;
}

/*
 * RFC 5424: "<34>1 2003-10-11T22:14:15.003Z host su - ID47 - ", or structured data in place of the
 * last dash
 */
static bool take_rfc5424(struct text *t)
{
    size_t version = 0;

    if (!take_priority(t))
        return false;
    version = t->at;
    if (!digits(t->p, t->size, &t->at) || t->at - version > 2 || !take_byte(t, ' '))
        return false;
    for (int words = 0; words < 5; words++)
        if (!take_token(t))
            return false;
    if (!take_byte(t, '-')) {
        if (!take_byte(t, '['))
            return false;
        while (t->at + 1 < t->size && !(t->p[t->at] == ']' && t->p[t->at + 1] == ' '))
            t->at++;
        if (!take_byte(t, ']'))
            return false;
    }
    if (!take_byte(t, ' '))
        return false;
    (void)take_word(t, "\xef\xbb\xbf");
    return true;
}

/* Fluentd's files: a time, a tag and the record, with tabs between them */
static bool take_fluentd(struct text *t)
{
    return take_form(t, "dddd-dd-ddT") && take_token_before(t, '\t') && take_token_before(t, '\t');
}

/*
 * Caddy's console: a time, a level, the logger and what it says, which is always the same in front
 * of the object of a request, with tabs between them
 */
static bool take_caddy(struct text *t)
{
    if (t->size == 0 || !is_digit(*t->p))
        return false;
    if (!take_form(t, "dddd/dd/dd ") && !take_form(t, "dddd-dd-ddT"))
        return false;
    if (!take_token_before(t, '\t'))
        return false;
    take_colours(t);
    if (!take_name(t, '-'))
        return false;
    take_colours(t);
    if (!take_word(t, "\thttp.log.access"))
        return false;
    (void)take_name(t, '-');
    return take_word(t, "\thandled request\t");
}

static bool take_lone_program(struct text *t)
{
    if (t->size == 0 || !is_letter(t->p[0]))
        return false;
    (void)take_name(t, '/');
    return take_process(t) && take_byte(t, ':') && take_byte(t, ' ');
}

/*
 * Most lines begin with an address, or an object: of what begins with a digit, all but compose's
 * are times.
 */
static bool begins_at_once(const struct text *t)
{
    return t->size > 4 && (*t->p == '{' || (is_digit(*t->p) && t->p[4] != '-' && t->p[4] != '/' &&
                                            !memchr(t->p, '|', t->size)));
}

struct prefix httpstatus_prefix(const char *p, size_t size)
{
    static bool (*const kinds[])(struct text *) = {take_syslog,  take_rfc5424, take_lone_program,
                                                   take_compose, take_caddy,   take_fluentd};
    struct text t = {p, size < HTTPSTATUS_PREFIX ? size : HTTPSTATUS_PREFIX, 0};
    struct prefix found = {0};

    if (begins_at_once(&t))
        return found;
    if (take_runtime(&t, &found)) {
        found.size = t.at;
        return found;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        t.at = 0;
        if (kinds[i](&t))
            return (struct prefix){.size = t.at};
    }
    return (struct prefix){0};
}
