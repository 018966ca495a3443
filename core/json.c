/* Logs of one JSON object a line: a small tokenizer in fixed state. */
#include "reader.h"

/* A key is a dotted path; it is tried as nested names and as one flat name. */
enum { KINDS_KEPT = 64 };

const char *const httpstatus_json_keys[] = {
    "status",                     /* Caddy, nginx */
    "DownstreamStatus",           /* Traefik */
    "httpRequest.status",         /* Google Cloud */
    "response_code",              /* Envoy, Istio */
    "properties.httpStatusCode",  /* Azure Front Door */
    "EdgeResponseStatus",         /* Cloudflare */
    "http.response.status_code",  /* Elastic Common Schema */
    "res.statusCode",             /* pino */
    "status_code",
    NULL,
};

bool httpstatus_json_set_key(struct httpstatus_setup *setup, struct httpstatus_text key)
{
    const char *end = key.data + key.size;

    setup->key = key;
    setup->quoted_key = key.size && memchr(key.data, '"', key.size);
    setup->name_count = 0;
    for (const char *p = key.data, *dot = p; dot < end; p = dot + 1) {
        dot = memchr(p, '.', (size_t)(end - p));
        dot = dot ? dot : end;
        if (dot == p || setup->name_count == HTTPSTATUS_NAMES)
            return false;
        setup->names[setup->name_count++] = (struct httpstatus_text){p, (size_t)(dot - p)};
    }
    return setup->name_count > 0;
}

enum place { PREFIX, BETWEEN, STRING, NUMBER, WORD, DONE };

/* ---- Strings: names, or the value that is wanted ---- */

static void start_string(struct httpstatus_json *j)
{
    j->place = STRING;
    j->escape = 0;
    j->text_size = 0;
    j->flat = j->nested = true;
}

/* A byte of a string, its escapes undone; 'c' is -1 for what no name has. */
static void string_byte(struct httpstatus_json *j, const struct httpstatus_setup *setup, int c)
{
    const struct httpstatus_text *name = &setup->names[j->matched];
    size_t at = j->text_size;

    j->flat = j->flat && at < setup->key.size && c == (unsigned char)setup->key.data[at];
    j->nested = j->nested && at < name->size && c == (unsigned char)name->data[at];
    if (at < sizeof j->text)
        j->text[at] = (char)c;
    j->text_size = at + 1;
}

/*
 * A byte behind a backslash: 'escape' is 1, then 2 to 5 for the digits of \uNNNN.  false if it is none
 * of those digits: then the object is torn, and the byte, which may be a quote, stands for itself.
 */
static bool escape_byte(struct httpstatus_json *j, const struct httpstatus_setup *setup, char c)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *simple = c ? strchr(from, c) : NULL;
    int digit = hex_digit(c);

    if (j->escape == 1 && c == 'u') {
        j->escape = 2;
        j->unit = 0;
    } else if (j->escape == 1) {
        string_byte(j, setup, simple ? to[simple - from] : -1);
        j->escape = 0;
    } else if (digit < 0) {
        j->torn = true;
        j->escape = 0;
        return false;
    } else {
        j->unit = j->unit * 16 + digit;
        if (++j->escape == 6) {
            string_byte(j, setup, j->unit < 128 ? j->unit : -1);
            j->escape = 0;
        }
    }
    return true;
}

/* ---- Values ---- */

static void put(struct httpstatus_json *j, int status)
{
    j->found = status;
    j->have_found = true;
    j->wanted = false;
}

static void end_string(struct httpstatus_json *j, const struct httpstatus_setup *setup)
{
    int code = 0;

    j->place = BETWEEN;
    if (j->wanted) {
        bool dash = j->text_size == 1 && j->text[0] == '-';
        bool number = j->text_size <= 3;
        for (size_t i = 0; number && i < j->text_size; i++) {
            number = is_digit(j->text[i]);
            code = code * 10 + (j->text[i] - '0');
        }
        put(j, j->text_size == 0 || dash ? HTTPSTATUS_NO_STATUS
               : number                  ? code
                                         : HTTPSTATUS_UNMATCHED);
        return;
    }
    j->flat = j->flat && j->text_size == setup->key.size && j->depth == 1;
    j->nested = j->nested && j->text_size == setup->names[j->matched].size &&
                j->depth == (uint32_t)j->matched + 1;
    j->after_string = true;
}

/* Behind a name: what comes next is its value. */
static void colon(struct httpstatus_json *j, const struct httpstatus_setup *setup)
{
    bool last = j->matched + 1 == setup->name_count;

    j->after_string = false;
    if (j->flat || (j->nested && last))
        j->wanted = true;
    else
        j->descend = j->nested;
}

static void start_number(struct httpstatus_json *j, char c)
{
    j->place = NUMBER;
    j->digits = is_digit(c);
    j->value = is_digit(c) ? c - '0' : 0;
    j->negative = c == '-';
    j->bad = false;
}

static void end_number(struct httpstatus_json *j)
{
    j->place = BETWEEN;
    if (!j->wanted)
        return;
    int value = j->negative ? -j->value : j->value;
    bool fits = !j->bad && j->digits >= 1 && j->digits <= 3 && value >= HTTPSTATUS_STATUS_MIN;
    put(j, fits ? value : HTTPSTATUS_UNMATCHED);
}

static void end_word(struct httpstatus_json *j)
{
    j->place = BETWEEN;
    if (j->wanted)
        put(j, j->text_size == 4 && memcmp(j->text, "null", 4) == 0 ? HTTPSTATUS_NO_STATUS
                                                                     : HTTPSTATUS_UNMATCHED);
}

/* ---- Containers ---- */

static void open_container(struct httpstatus_json *j, char c)
{
    if (j->wanted)
        put(j, HTTPSTATUS_UNMATCHED);
    if (j->depth < KINDS_KEPT)
        j->objects = c == '{' ? j->objects | UINT64_C(1) << j->depth
                              : j->objects & ~(UINT64_C(1) << j->depth);
    if (c == '{' && j->descend)
        j->matched++;
    j->descend = false;
    j->depth++;
}

static void close_container(struct httpstatus_json *j, char c)
{
    j->depth--;
    if (j->depth < KINDS_KEPT && (j->objects >> j->depth & 1) != (c == '}'))
        j->torn = true;
    if (j->depth == (uint32_t)j->matched && j->matched > 0)
        j->matched--;
    if (j->depth == 0)
        j->place = DONE;
}

static void between(struct httpstatus_json *j, const struct httpstatus_setup *setup, char c)
{
    if (is_blank(c) || c == '\r')
        return;
    if (j->after_string) {
        if (c == ':') {
            colon(j, setup);
            return;
        }
        j->after_string = false;
    }
    if (c == '{' || c == '[') {
        open_container(j, c);
        return;
    }
    j->descend = false;
    if (j->wanted && (c == ',' || c == '}' || c == ']'))
        put(j, HTTPSTATUS_UNMATCHED);
    if (c == '"')
        start_string(j);
    else if (c == '}' || c == ']')
        close_container(j, c);
    else if (c == '-' || is_digit(c))
        start_number(j, c);
    else if (is_letter(c)) {
        j->place = WORD;
        j->text[0] = c;
        j->text_size = 1;
    } else if (c != ',')
        j->torn = true;
}

static void json_byte(struct httpstatus_json *j, const struct httpstatus_setup *setup, char c)
{
    switch (j->place) {
    case PREFIX:
        if (c == '{') {
            j->place = BETWEEN;
            open_container(j, c);
        }
        break;
    case STRING:
        if (j->escape && escape_byte(j, setup, c))
            break;
        if (c == '\\')
            j->escape = 1;
        else if (c == '"')
            end_string(j, setup);
        else
            string_byte(j, setup, (unsigned char)c);
        break;
    case NUMBER:
        if (is_digit(c)) {
            j->digits = j->digits < 4 ? j->digits + 1 : 4;
            j->value = j->digits < 4 ? j->value * 10 + (c - '0') : 0;
        } else if (c == '.' || c == '+' || c == '-' || is_letter(c)) {
            j->bad = true;
        } else {
            end_number(j);
            between(j, setup, c);
        }
        break;
    case WORD:
        if (is_letter(c)) {
            if (j->text_size < sizeof j->text)
                j->text[j->text_size] = c;
            j->text_size++;
        } else {
            end_word(j);
            between(j, setup, c);
        }
        break;
    default:
        between(j, setup, c);
    }
}

void httpstatus_json_read(struct httpstatus_reader *reader, struct httpstatus_setup *setup,
                          const char *p, size_t size)
{
    struct httpstatus_json *j = &reader->as.json;

    for (size_t i = 0; i < size && j->place != DONE; i++)
        json_byte(j, setup, p[i]);
}

int httpstatus_json_end(struct httpstatus_reader *reader, struct httpstatus_setup *setup,
                        int *substatus)
{
    struct httpstatus_json *j = &reader->as.json;

    (void)setup;
    (void)substatus;
    return j->place == DONE && !j->torn && j->have_found ? j->found : HTTPSTATUS_UNMATCHED;
}
