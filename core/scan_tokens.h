/* Quick looks at lines told by their tokens: elb, squid, haproxy.  See scan_lines.h. */

/* ---- elb: tokens with a space between them ---- */

TARGET INLINE int SCAN(elb_line)(const struct httpstatus_setup *setup, const char *line, size_t size,
                                 uint16_t *substatus)
{
    enum { SPACES = 10 }; /* before the two statuses and behind them */
    uint16_t spaces[SPACES + 2 * SCAN_BLOCK];

    (void)substatus;
    if (SCAN(spaces)(line, size, SPACES, spaces) < SPACES)
        return SCAN_UNPROVED;
#define TOKEN(i) line + spaces[(i) - 1] + 1, (size_t)(spaces[i] - spaces[(i) - 1] - 1)
    bool classic = is_digit(line[0]);
    size_t time_end = spaces[!classic];
    if (!(classic ? is_iso_time(line, time_end) : is_iso_time(TOKEN(1))) || line[time_end - 1] != 'Z')
        return SCAN_UNPROVED;
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

/* Where tokens end and begin, in turn: a line begins with one.  Returns how many were found. */
TARGET INLINE size_t SCAN(edges)(const char *line, size_t size, size_t most, uint16_t *edges)
{
    uint16_t *last = edges;
    uint64_t before = 0;

    for (size_t at = 0; at < size && (size_t)(last - edges) < most; at += SCAN_BLOCK) {
        ISA(block) block = ISA(load)(line + at);
        uint64_t inside = SCAN(inside)(at, size), spaces = ISA(equal)(block, ' ');
        if (ISA(within)(block, '\t', '\r') & inside)
            return 0;
        last = SCAN(many_places)((spaces ^ (spaces << 1 | before)) & inside, at, last);
        before = spaces >> 63;
    }
    return (size_t)(last - edges);
}

TARGET INLINE int SCAN(squid_line)(const struct httpstatus_setup *setup, const char *line, size_t size,
                                 uint16_t *substatus)
{
    enum { EDGES = 12 }; /* to where the seventh token begins */
    uint16_t e[EDGES + 2 * SCAN_BLOCK];

    (void)setup;
    (void)substatus;
    if (SCAN(edges)(line, size, EDGES, e) < EDGES || e[6] >= SCAN_BLOCK || e[3] - e[2] != 1 ||
        e[5] - e[4] != 1 || e[9] - e[8] != 1 || e[11] - e[10] != 1)
        return SCAN_UNPROVED;
    ISA(block) block = ISA(load)(line);
    uint64_t digits = ISA(within)(block, '0', '9');
    uint64_t code = digits | ISA(within)(block, 'A', 'Z') | ISA(equal)(block, '_');
#define BITS(from, to) ((UINT64_C(1) << (to)) - (UINT64_C(1) << (from)))
    uint64_t not_digits = BITS(0, 10) | BITS(11, 14) | BITS(e[1], e[2]) | BITS(e[6] - 3, e[6]);
    uint64_t not_code = BITS(e[5], e[6] - 4);
#undef BITS
    if (e[0] != sizeof "1286536308.779" - 1 || line[10] != '.' || (not_digits & ~digits) ||
        e[6] - e[5] < 5 || line[e[6] - 4] != '/' || (not_code & ~code) || is_digit(line[e[5]]) ||
        line[e[5]] == '_' || !is_number(line + e[7], (size_t)(e[8] - e[7]), false))
        return SCAN_UNPROVED;
    return SCAN(three_digits)(line + e[6] - 3);
}

/* ---- haproxy: a pattern of tokens that may begin anywhere ---- */

/*
 * Tries every token with a digit before a slash and what may begin a number behind it: the timers
 * have that, so it is the whole truth.
 */
TARGET INLINE int SCAN(haproxy_line)(const struct httpstatus_setup *setup, const char *line,
                                     size_t size, uint16_t *substatus)
{
    (void)setup;
    (void)substatus;
    for (size_t at = 0; at < size; at += SCAN_BLOCK) {
        uint64_t slashes = ISA(equal)(ISA(load)(line + at), '/') & SCAN(inside)(at, size);
        for (; slashes; slashes &= slashes - 1) {
            size_t start = at + ISA(first)(slashes);
            char next = line[start + 1];
            if (start == 0 || !is_digit(line[start - 1]) ||
                !(is_digit(next) || next == '-' || next == '+'))
                continue;
            while (start > 0 && !is_space(line[start - 1]))
                start--;
            if (start == 0 || line[start - 1] != ' ')
                continue;
            int status = haproxy_pattern(line, size, start);
            if (status != HTTPSTATUS_UNMATCHED)
                return status;
        }
    }
    return is_blank(*line) ? SCAN_UNPROVED : HTTPSTATUS_UNMATCHED;
}
