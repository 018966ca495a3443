/* Quick looks at lines told by their tokens: elb, squid, haproxy.  See scan_lines.h. */

/* ---- elb: tokens with a space between them ---- */

TARGET INLINE int SCAN(elb_line)(const struct httpstatus_setup *setup, const char *line,
                                 size_t size, uint16_t *substatus)
{
    enum { SPACES = 10 }; /* before the two statuses and behind them */
    uint16_t spaces[SPACES + 2 * SCAN_BLOCK];

    (void)substatus;
    if (SCAN(spaces)(line, size, SPACES, spaces) < SPACES)
        return SCAN_UNPROVED;
#define TOKEN(i) line + spaces[(i) - 1] + 1, (size_t)(spaces[i] - spaces[(i) - 1] - 1)
    bool classic = is_digit(line[0]);
    size_t time_end = spaces[!classic];
    if (!(classic ? is_iso_time(line, time_end) : is_iso_time(TOKEN(1))) ||
        line[time_end - 1] != 'Z')
        return SCAN_UNPROVED;
    if (classic && (line[spaces[1] - 1] == ':' || line[spaces[3] - 1] == ':'))
        return SCAN_UNPROVED; /* a program's name: what a logger puts in front of a record */
    if (classic ? !has_port(TOKEN(2)) || !is_number(TOKEN(4), true) || !is_number(TOKEN(5), true) ||
                      !is_number(TOKEN(6), true)
                : !is_listener(line, spaces[0]))
        return SCAN_UNPROVED;
    int status = classic ? read_status(TOKEN(7), 3) : read_status(TOKEN(8), 3);
    int target = classic ? read_status(TOKEN(8), 3) : read_status(TOKEN(9), 3);
    if (status == HTTPSTATUS_UNMATCHED || target == HTTPSTATUS_UNMATCHED)
        return SCAN_UNPROVED;
#undef TOKEN
    return setup->target ? target : status;
}

/* ---- squid: tokens with runs of spaces between them ---- */

/* The number of the lowest bit, which goes. */
TARGET INLINE unsigned SCAN(take)(uint64_t *mask)
{
    unsigned place = ISA(first)(*mask);

    *mask &= *mask - 1;
    return place;
}

/* "  180 192.168.0.224 TCP_MISS/200" behind the time: where that ends, 0 if it is not so. */
TARGET INLINE unsigned SCAN(squid_result)(const char *p)
{
    ISA(block) block = ISA(load)(p);
    uint64_t spaces = ISA(equal)(block, ' '), digits = ISA(within)(block, '0', '9');
    uint64_t capitals = ISA(within)(block, 'A', 'Z'), code = digits | capitals;
    uint64_t edges = spaces ^ spaces << 1; /* where spaces begin and end */

    code |= ISA(equal)(block, '_');
    if (!(spaces & 1) || ISA(count)(edges) < 7)
        return 0;
    edges &= edges - 1;
    unsigned elapsed = SCAN(take)(&edges), after_elapsed = SCAN(take)(&edges);
    unsigned client = SCAN(take)(&edges), after_client = SCAN(take)(&edges);
    unsigned result = SCAN(take)(&edges), end = SCAN(take)(&edges);
    uint64_t numbers = BITS(elapsed, after_elapsed) | BITS(end - 3, end);
    if (client - after_elapsed != 1 || result - after_client != 1 || end - result < 5 ||
        (numbers & ~digits) || (BITS(result, end - 4) & ~code) || !(capitals >> result & 1) ||
        p[end - 4] != '/' || (ISA(within)(block, '\t', '\r') & BITS(0, end)))
        return 0;
    return end;
}

/* " 411 GET http" behind the result. */
TARGET INLINE bool SCAN(is_squid_rest)(const char *p)
{
    ISA(block) block = ISA(load)(p);
    uint64_t spaces = ISA(equal)(block, ' '), digits = ISA(within)(block, '0', '9');
    uint64_t ends = spaces & (spaces + 1); /* without the run at the start */

    if (ISA(count)(ends) < 2)
        return false;
    unsigned bytes = ISA(first)(~spaces), after_bytes = SCAN(take)(&ends);
    unsigned after_method = SCAN(take)(&ends);
    return after_method < SCAN_BLOCK - 2 && after_method - after_bytes > 1 &&
           !(BITS(bytes, after_bytes) & ~digits) && !(spaces >> (after_method + 1) & 1) &&
           !(ISA(within)(block, '\t', '\r') & BITS(0, after_method + 2));
}

TARGET INLINE int SCAN(squid_line)(const struct httpstatus_setup *setup, const char *line,
                                   size_t size, uint16_t *substatus)
{
    enum { TIME = sizeof "1286536308.779" - 1 };
    uint64_t digits = ISA(within)(ISA(load)(line), '0', '9');
    const uint64_t time = BITS(0, 10) | BITS(11, TIME);

    (void)setup;
    (void)size;
    (void)substatus;
    if ((time & ~digits) || line[10] != '.')
        return SCAN_UNPROVED;
    unsigned end = SCAN(squid_result)(line + TIME);
    if (end == 0 || !SCAN(is_squid_rest)(line + TIME + end))
        return SCAN_UNPROVED;
    return three_digits(line + TIME + end - 3);
}

/* ---- haproxy: tokens with a space between them ---- */

/* Whether from, up to end, is five numbers without signs: digits on both sides of four slashes. */
TARGET INLINE bool SCAN(is_plain_five)(uint64_t digits, uint64_t slashes, unsigned from,
                                       unsigned end)
{
    uint64_t token = BITS(from, end), ends = UINT64_C(1) << from | UINT64_C(1) << (end - 1);

    slashes &= token;
    return !(token & ~(digits | slashes)) && ISA(count)(slashes) == 4 &&
           !((slashes << 1 | slashes >> 1 | ends) & slashes);
}

/* The status of the usual pattern: single spaces, no signs, three digits, no more than 64 bytes. */
TARGET INLINE int SCAN(usual_pattern)(const char *p)
{
    ISA(block) block = ISA(load)(p);
    uint64_t spaces = ISA(equal)(block, ' '), digits = ISA(within)(block, '0', '9');
    uint64_t slashes = ISA(equal)(block, '/'), ends = spaces;
    uint64_t flags = ISA(within)(ISA(lower)(block), 'a', 'z') | ISA(equal)(block, '-');

    if (ISA(count)(spaces) < 8)
        return SCAN_UNPROVED;
    unsigned timers = SCAN(take)(&ends), status = SCAN(take)(&ends), bytes = SCAN(take)(&ends);
    ends &= ends - 1;
    unsigned cookies = SCAN(take)(&ends), state = SCAN(take)(&ends);
    unsigned counts = SCAN(take)(&ends), queues = SCAN(take)(&ends);
    uint64_t queued = slashes & BITS(counts + 1, queues);
    if ((spaces & spaces << 1 & BITS(0, queues)) || status - timers != 4 || state - cookies != 5 ||
        (ISA(within)(block, '\t', '\r') & BITS(0, queues)) ||
        (BITS(timers + 1, status) & ~digits) || (BITS(status + 1, bytes) & ~digits) ||
        (BITS(cookies + 1, state) & ~flags) || !SCAN(is_plain_five)(digits, slashes, 0, timers) ||
        !SCAN(is_plain_five)(digits, slashes, state + 1, counts) ||
        (BITS(counts + 1, queues) & ~(digits | queued)) || ISA(count)(queued) != 1 ||
        (queued & (UINT64_C(1) << (counts + 1) | UINT64_C(1) << (queues - 1))))
        return SCAN_UNPROVED;
    return three_digits(p + timers + 1);
}

/*
 * The client, the time, the frontend and the backend come first, in some logs one word more; before them
 * syslog's time, the host and the program, or nothing.
 */
TARGET INLINE int SCAN(haproxy_line)(const struct httpstatus_setup *setup, const char *line,
                                     size_t size, uint16_t *substatus)
{
    enum { SPACES = 8 };
    const uint64_t syslog_time = BITS(0, SYSLOG_TIME), time = BITS(BEHIND, BEHIND + HAPROXY_TIME);
    uint16_t spaces[SPACES + 2 * SCAN_BLOCK];
    const uint64_t syslog_fits = ISA(fits)(ISA(load)(line), &haproxy_form) |
                                 (uint64_t)(line[4] == ' ') << 4;
    const bool logged = !(~syslog_fits & syslog_time);
    const char *p = logged ? line + SYSLOG_TIME : line;
    unsigned client = 0;

    (void)setup;
    (void)substatus;
    if (size < SYSLOG_TIME)
        return SCAN_UNPROVED;
    const size_t left = (size_t)(line + size - p);
    if (SCAN(spaces)(p, left, SPACES, spaces) < SPACES)
        return SCAN_UNPROVED;
#define TOKEN(i) p + spaces[(i) - 1] + 1
#define SIZE(i) (size_t)(spaces[i] - spaces[(i) - 1] - 1)
    if (logged && (client = is_program(p, spaces[0]) ? 1 : 2) == 2 && !is_program(TOKEN(1), SIZE(1)))
        return SCAN_UNPROVED;
    const char *start = client ? TOKEN(client) : p;
    if (start - line > HTTPSTATUS_PREFIX || *start == '{')
        return SCAN_UNPROVED;
    uint64_t fits = ISA(fits)(ISA(join)(line, TOKEN(client + 1)), &haproxy_form);
    if ((~fits & time) || SIZE(client + 1) != HAPROXY_TIME ||
        !has_port(start, (size_t)(p + spaces[client] - start)) ||
        !has_slash(TOKEN(client + 3), SIZE(client + 3)))
        return SCAN_UNPROVED;
    const char *timers = TOKEN(client + 4);
    if (!is_five(timers, SIZE(client + 4), true))
        timers = TOKEN(client + 5);
#undef TOKEN
#undef SIZE
    int status = SCAN(usual_pattern)(timers);
    if (status == SCAN_UNPROVED)
        status = haproxy_pattern(p, left, (size_t)(timers - p));
    return status == HTTPSTATUS_UNMATCHED ? SCAN_UNPROVED : status;
}
