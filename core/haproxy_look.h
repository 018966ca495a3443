/* A quick look at lines of HAProxy's HTTP log: tokens separated by single spaces.  See looks.h. */
#ifndef HTTPSTATUS_HAPROXY_LOOK_H
#define HTTPSTATUS_HAPROXY_LOOK_H

enum {
    SYSLOG_TIME = sizeof "Feb  6 12:14:14 " - 1,
    HAPROXY_TIME = sizeof "[06/Feb/2009:12:14:14.655]" - 1
};
/* syslog's time, whose day may begin with a blank, then HAProxy's. */
static const struct form haproxy_form = {
    "Aaa 00 00:00:00 \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "[00/Aaa/0000:00:00:00.000]\0\0\0\0\0\0",
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

/* The token at '*at' if a space ends it, moving '*at' past that; else an empty one. */
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

#endif

/* Whether 'from' to 'end' has five numbers without signs: digits on both sides of four slashes. */
TARGET INLINE bool ISA(is_plain_five)(uint64_t digits, uint64_t slashes, unsigned from,
                                      unsigned end)
{
    uint64_t token = BITS(from, end), ends = UINT64_C(1) << from | UINT64_C(1) << (end - 1);

    slashes &= token;
    return !(token & ~(digits | slashes)) && ISA(count)(slashes) == 4 &&
           !((slashes << 1 | slashes >> 1 | ends) & slashes);
}

/* The status of the usual pattern: single spaces, no signs, three digits, at most 64 bytes. */
TARGET INLINE int ISA(usual_pattern)(const char *p)
{
    ISA(block) block = ISA(load)(p);
    uint64_t spaces = ISA(equal)(block, ' '), digits = ISA(within)(block, '0', '9');
    uint64_t slashes = ISA(equal)(block, '/'), ends = spaces;
    uint64_t flags = ISA(within)(ISA(lower)(block), 'a', 'z') | ISA(equal)(block, '-');

    if (ISA(count)(spaces) < 8)
        return UNPROVED;
    unsigned timers = ISA(take)(&ends), status = ISA(take)(&ends), bytes = ISA(take)(&ends);
    ends &= ends - 1;
    unsigned cookies = ISA(take)(&ends), state = ISA(take)(&ends);
    unsigned counts = ISA(take)(&ends), queues = ISA(take)(&ends);
    uint64_t queued = slashes & BITS(counts + 1, queues);
    if ((spaces & spaces << 1 & BITS(0, queues)) || status - timers != 4 || state - cookies != 5 ||
        (ISA(within)(block, '\t', '\r') & BITS(0, queues)) ||
        (BITS(timers + 1, status) & ~digits) || (BITS(status + 1, bytes) & ~digits) ||
        (BITS(cookies + 1, state) & ~flags) || !ISA(is_plain_five)(digits, slashes, 0, timers) ||
        !ISA(is_plain_five)(digits, slashes, state + 1, counts) ||
        (BITS(counts + 1, queues) & ~(digits | queued)) || ISA(count)(queued) != 1 ||
        (queued & (UINT64_C(1) << (counts + 1) | UINT64_C(1) << (queues - 1))))
        return UNPROVED;
    return three_digits(p + timers + 1);
}

/*
 * A line begins with syslog's time, the host and the program, or with none of them.  Then come the
 * client, the time, the frontend and the backend, and in some logs one more word.
 */
TARGET INLINE int ISA(haproxy_line)(const struct httpstatus_setup *setup, const char *line,
                                    size_t size, uint16_t *substatus)
{
    enum { SPACES = 8 };
    const uint64_t syslog_time = BITS(0, SYSLOG_TIME), time = BITS(BEHIND, BEHIND + HAPROXY_TIME);
    uint16_t spaces[SPACES + 2 * BLOCK_SIZE];
    const uint64_t syslog_fits = ISA(fits)(ISA(load)(line), &haproxy_form) |
                                 (uint64_t)(line[4] == ' ') << 4;
    const bool logged = !(~syslog_fits & syslog_time);
    const char *p = logged ? line + SYSLOG_TIME : line;
    unsigned client = 0;

    (void)setup;
    (void)substatus;
    if (size < SYSLOG_TIME)
        return UNPROVED;
    const size_t left = (size_t)(line + size - p);
    if (ISA(spaces)(p, left, SPACES, spaces) < SPACES)
        return UNPROVED;
#define TOKEN(i) p + spaces[(i)-1] + 1
#define SIZE(i) (size_t)(spaces[i] - spaces[(i)-1] - 1)
    if (logged && (client = is_program(p, spaces[0]) ? 1 : 2) == 2 &&
        !is_program(TOKEN(1), SIZE(1)))
        return UNPROVED;
    const char *start = client ? TOKEN(client) : p;
    if (start - line > HTTPSTATUS_PREFIX || *start == '{')
        return UNPROVED;
    uint64_t fits = ISA(fits)(ISA(join)(line, TOKEN(client + 1)), &haproxy_form);
    if ((~fits & time) || SIZE(client + 1) != HAPROXY_TIME ||
        !has_port(start, (size_t)(p + spaces[client] - start)) ||
        !has_slash(TOKEN(client + 3), SIZE(client + 3)))
        return UNPROVED;
    const char *timers = TOKEN(client + 4);
    if (!is_five(timers, SIZE(client + 4), true))
        timers = TOKEN(client + 5);
#undef TOKEN
#undef SIZE
    int status = ISA(usual_pattern)(timers);
    if (status == UNPROVED)
        status = haproxy_pattern(p, left, (size_t)(timers - p));
    return status == HTTPSTATUS_UNMATCHED ? UNPROVED : status;
}
