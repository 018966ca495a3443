/* What the quick looks of scan_lines.h need beside vectors: written and compiled once. */
#define INLINE static inline __attribute__((always_inline))

/* How far behind the end of a line a block may reach. */
enum { SCAN_MARGIN = 4 * SCAN_BLOCK };

/* A mask of the bits from, up to end, which is below 64. */
#define BITS(from, end) ((UINT64_C(1) << (end)) - (UINT64_C(1) << (from)))

/* The bits of a block that begins at 'at' of a line that ends at 'end'. */
static inline uint64_t inside_line(size_t at, size_t end)
{
    return end - at >= SCAN_BLOCK ? ~UINT64_C(0) : (UINT64_C(1) << (end - at)) - 1;
}

static inline int three_digits(const char *p)
{
    return p[0] * 100 + p[1] * 10 + p[2] - '0' * 111;
}

/* ---- Quotes ---- */

/*
 * What stands around the quotes of a request: byte i is from first[i] to last[i].  The first 32 are
 * the stamp, those behind them the closing quote, the status, and what comes next.
 */
struct form {
    char first[SCAN_BLOCK + 1], last[SCAN_BLOCK + 1];
};
enum {
    BEHIND = 32,
    AFTER_STATUS = BEHIND + sizeof "\" 200 " - 1,
    CLF_STAMP = sizeof "[10/Oct/2000:13:55:36 -0700] " - 1,
    ENVOY_STAMP = sizeof "[2016-04-15T20:17:00.310Z] " - 1
};
static const uint64_t status_fits = UINT64_C(0x3f) << BEHIND;

static const struct form clf_form = {
    "[00/Aaa/0000:00:00:00 +0000] \"\0\0" "\" 000 00000000000000000000000000",
    "[39/Zzz/9999:99:99:99 -9999] \"\xff\xff" "\" 999 99999999999999999999999999",
};
static const struct form envoy_form = {
    "[0000-00-00T00:00:00.000Z] \"\0\0\0\0" "\" 000 AAAAAAAAAAAAAAAAAAAAAAAAAA",
    "[9999-99-99T99:99:99.999Z] \"\xff\xff\xff\xff" "\" 999 ZZZZZZZZZZZZZZZZZZZZZZZZZZ",
};

/* ---- haproxy ---- */

enum {
    SYSLOG_TIME = sizeof "Feb  6 12:14:14 " - 1,
    HAPROXY_TIME = sizeof "[06/Feb/2009:12:14:14.655]" - 1
};
/* The time of syslog, whose day may begin with a blank, and, behind it, that of HAProxy. */
static const struct form haproxy_form = {
    "Aaa 00 00:00:00 \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" "[00/Aaa/0000:00:00:00.000]\0\0\0\0\0\0",
    "Zzz 99 99:99:99 \xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
    "[39/Zzz/9999:99:99:99.999]\xff\xff\xff\xff\xff\xff",
};

/* "haproxy[14389]:" */
static inline bool is_program(const char *p, size_t size)
{
    size_t at = 0;

    if (size < 2 || !is_letter(*p) || p[size - 1] != ':')
        return false;
    while (p[at] != ':' && p[at] != '"' && p[at] != '[')
        at++;
    if (skip(p, size, &at, '[') && !(digits(p, size, &at) && skip(p, size, &at, ']')))
        return false;
    return at == size - 1;
}

/* The token that begins at '*at', if a space ends it, and moves behind that; else an empty one. */
static inline struct httpstatus_text next_token(const char *line, size_t size, size_t *at)
{
    size_t start = *at, end = start;

    while (end < size && !is_space(line[end]))
        end++;
    if (end >= size || line[end] != ' ')
        return (struct httpstatus_text){line, 0};
    *at = end + 1;
    return (struct httpstatus_text){line + start, end - start};
}

/* The status if the pattern begins at 'at', else HTTPSTATUS_UNMATCHED. */
static inline int haproxy_pattern(const char *line, size_t size, size_t at)
{
    struct httpstatus_text t = next_token(line, size, &at);
    int status;

    if (!is_five(t.data, t.size, true))
        return HTTPSTATUS_UNMATCHED;
    t = next_token(line, size, &at);
    if (!read_haproxy_status(t.data, t.size, &status))
        return HTTPSTATUS_UNMATCHED;
    t = next_token(line, size, &at);
    if (!is_byte_count(t.data, t.size) || next_token(line, size, &at).size == 0 ||
        next_token(line, size, &at).size == 0)
        return HTTPSTATUS_UNMATCHED;
    t = next_token(line, size, &at);
    if (!is_termination(t.data, t.size))
        return HTTPSTATUS_UNMATCHED;
    t = next_token(line, size, &at);
    return is_five(t.data, t.size, false) && is_queues(line + at, size - at) ? status
                                                                             : HTTPSTATUS_UNMATCHED;
}

/* ---- columns ---- */

/*
 * Directives, and lines that have what is dropped at their ends or that may be blank, are left to
 * the careful reader.
 */
static inline bool is_plain_record(const char *line, size_t size)
{
    return *line != '#' && *line != '\0' && *line != '\xef' && !is_blank(*line) &&
           line[size - 1] != '\0';
}

/* "2014-05-23\t01:13:11\t" */
static inline bool is_dated(const char *line, size_t size)
{
    static const char form[] = "dddd-dd-dd\tdd:dd:dd\t";

    if (size < sizeof form - 1)
        return false;
    for (size_t i = 0; i < sizeof form - 1; i++)
        if (form[i] == 'd' ? !is_digit(line[i]) : line[i] != form[i])
            return false;
    return true;
}

/* The size of the value at 'p', to a blank or the end of the line; one more than 'most' at most. */
static inline size_t value_size(const char *p, const char *end, size_t most)
{
    size_t size = 0;

    while (size <= most && p + size < end && !is_blank(p[size]))
        size++;
    return size;
}

/* Three digits and one, each with a blank behind: no loop depends on how long they are. */
static inline bool is_usual_pair(const char *status, const char *substatus)
{
    return is_digit(status[0]) && is_digit(status[1]) && is_digit(status[2]) &&
           is_blank(status[3]) && is_digit(substatus[0]) && is_blank(substatus[1]);
}

/* A number of up to four digits; -1 if the careful reader has to say what it is. */
static inline int read_substatus(const char *p, const char *end)
{
    size_t size = value_size(p, end, 4), at = 0;
    int number = 0;

    if (size > 4 || !digits(p, size, &at) || at != size)
        return -1;
    for (at = 0; at < size; at++)
        number = number * 10 + (p[at] - '0');
    return number;
}

/* ---- json ---- */

/* The keys, the one that is looked for, and the bytes that names end in which have to be looked at. */
struct json_look {
    const struct httpstatus_key *keys;
    int key, end_count;
    char ends[HTTPSTATUS_KEYS + HTTPSTATUS_NAMES];
};

static inline void add_end(struct json_look *look, struct httpstatus_text name)
{
    char end = name.data[name.size - 1];

    for (int i = 0; i < look->end_count; i++)
        if (look->ends[i] == end)
            return;
    look->ends[look->end_count++] = end;
}

static inline struct json_look json_look_of(const struct httpstatus_setup *setup)
{
    int count;
    struct json_look look = {.keys = httpstatus_json_keys(setup, &count)};

    look.key = setup->own_key.name_count ? 0 : setup->key;
    for (int i = 0; i <= look.key; i++)
        add_end(&look, look.keys[i].path);
    for (int i = 0; i < look.keys[look.key].name_count - 1; i++)
        add_end(&look, look.keys[look.key].names[i]);
    return look;
}

/* Whether the string before a colon, which ends there, is 'name'. */
static inline bool is_named(const char *line, const char *end, struct httpstatus_text name)
{
    return (size_t)(end - line) >= name.size + 2 && end[-2 - (ptrdiff_t)name.size] == '"' &&
           memcmp(end - 1 - name.size, name.data, name.size) == 0;
}

/* Whether that string, of the size of 'name', is a value, which no name is: it stands in an object. */
static inline bool is_value(const char *end, struct httpstatus_text name)
{
    const char *p = end - 2 - name.size;

    while (is_blank(p[-1]))
        p--;
    return p[-1] == ':';
}

static inline bool ends_value(const char *p)
{
    while (*p == ' ')
        p++;
    return *p == ',' || *p == '}';
}

/* The status that stands at 'p': digits, digits in quotes, or what says that there is none. */
static inline int json_value(const char *p)
{
    size_t size = 0;

    while (*p == ' ')
        p++;
    if (*p == '"') {
        p++;
        while (size < 4 && is_digit(p[size]))
            size++;
        size += size == 0 && *p == '-';
        if (p[size] != '"' || size > 3 || !ends_value(p + size + 1))
            return SCAN_UNPROVED;
        return size ? read_status(p, size, 1) : HTTPSTATUS_NO_STATUS;
    }
    while (size < 4 && is_digit(p[size]))
        size++;
    if (size >= 1 && size <= 3 && ends_value(p + size))
        return read_status(p, size, 1);
    return memcmp(p, "null", 4) == 0 && ends_value(p + 4) ? HTTPSTATUS_NO_STATUS : SCAN_UNPROVED;
}

/* Where in an object the marks so far have led; as in json.c. */
struct nesting {
    unsigned depth;
    int matched, found;
    uint64_t objects;
};

static inline bool open_container(struct nesting *n, const struct json_look *look,
                                  const char *line, const char *p)
{
    const struct httpstatus_key *key = &look->keys[look->key];
    const char *colon = p;

    if (n->depth == 64)
        return false;
    n->objects = (n->objects & ~(UINT64_C(1) << n->depth)) | (uint64_t)(*p == '{') << n->depth;
    if (*p == '{' && n->depth == (unsigned)n->matched + 1 && n->matched + 1 < key->name_count) {
        do
            colon--;
        while (*colon == ' ');
        if (*colon == ':' && is_named(line, colon, key->names[n->matched])) {
            if (is_value(colon, key->names[n->matched]))
                return false;
            n->matched++;
        }
    }
    n->depth++;
    return true;
}

static inline bool close_container(struct nesting *n, const char *p)
{
    n->depth--;
    if ((n->objects >> n->depth & 1) != (*p == '}'))
        return false;
    n->matched -= n->depth == (unsigned)n->matched && n->matched > 0;
    return true;
}

/* Whether a name may be that of another key, which counts before the one that is looked for. */
static inline bool may_be_earlier(const struct nesting *n, const struct json_look *look,
                                  const char *line, const char *colon)
{
    for (int i = 0; i < look->key; i++) {
        const struct httpstatus_key *key = &look->keys[i];
        if ((n->depth == (unsigned)key->name_count &&
             is_named(line, colon, key->names[key->name_count - 1])) ||
            (n->depth == 1 && is_named(line, colon, key->path)))
            return true;
    }
    return false;
}

/* Whether a name on the way to the value comes again behind it: then that one counts. */
static inline bool is_again(const struct nesting *n, const struct httpstatus_key *key,
                            const char *line, const char *colon)
{
    return n->found != HTTPSTATUS_UNMATCHED && n->depth < (unsigned)key->name_count &&
           is_named(line, colon, key->names[n->depth - 1]);
}

/* Takes the value behind a colon if its name is the key; false if that is not simple. */
static inline bool take_value(struct nesting *n, const struct json_look *look, const char *line,
                              const char *colon)
{
    const struct httpstatus_key *key = &look->keys[look->key];
    bool flat = n->depth == 1 && is_named(line, colon, key->path);
    bool nested = n->depth == (unsigned)n->matched + 1 && n->matched + 1 == key->name_count &&
                  is_named(line, colon, key->names[n->matched]);

    if (may_be_earlier(n, look, line, colon) || is_again(n, key, line, colon))
        return false;
    if (!flat && !nested)
        return true;
    if (is_value(colon, flat ? key->path : key->names[n->matched]))
        return false;
    n->found = json_value(colon + 1);
    return n->found != SCAN_UNPROVED;
}

/* What the blocks before tell of the next one. */
struct json_carries {
    uint64_t in_string, escape, escaped_string, digit, closed, key_end;
};

/* The bytes that backslashes escape. */
static inline uint64_t escaped_bytes(uint64_t backslashes, uint64_t *carry)
{
    uint64_t escaped = *carry;

    backslashes &= ~escaped;
    *carry = 0;
    while (backslashes) {
        uint64_t first = backslashes & (0 - backslashes);
        escaped |= first << 1;
        *carry |= first >> 63;
        backslashes &= ~(first | first << 1);
    }
    return escaped;
}

/* Whether the four digits of \uNNNN stand at 'p'. */
static inline bool is_unit(const char *p)
{
    return hex_digit(p[0]) >= 0 && hex_digit(p[1]) >= 0 && hex_digit(p[2]) >= 0 &&
           hex_digit(p[3]) >= 0;
}

/*
 * The closing quotes of strings with a backslash: an addition carries each backslash along the ones
 * of what is no quote.
 */
static inline uint64_t escaped_strings(uint64_t backslashes, uint64_t quotes, uint64_t *carry)
{
    unsigned long long sum;
    bool over = __builtin_uaddll_overflow(backslashes & ~quotes, ~quotes, &sum);

    over |= __builtin_uaddll_overflow(sum, *carry, &sum);
    *carry = over;
    return sum & quotes;
}

/*
 * What the marks of an object, its brackets and the colons that may be the key's, make of it.  Without
 * a status it may have a line in it; and it has to be the only one of its line.
 */
static inline int json_status(const struct json_look *look, const char *line, size_t size,
                              const uint16_t *marks, size_t count)
{
    struct nesting nesting = {.found = HTTPSTATUS_UNMATCHED};

    for (size_t i = 0; i < count; i++) {
        const char *p = line + marks[i];
        bool closes = *p == '}' || *p == ']';
        if (!(*p == ':' ? take_value(&nesting, look, line, p)
              : closes  ? close_container(&nesting, p)
                        : open_container(&nesting, look, line, p)))
            return SCAN_UNPROVED;
        if (closes && nesting.depth == 0) {
            while (++p < line + size)
                if (!is_blank(*p))
                    return SCAN_UNPROVED;
            return nesting.found == HTTPSTATUS_UNMATCHED ? SCAN_UNPROVED : nesting.found;
        }
    }
    return SCAN_UNPROVED;
}
