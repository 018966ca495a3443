/* A quick look at lines of Squid's native log: tokens separated by runs of spaces.  See looks.h. */

/* Where "  180 192.168.0.224 TCP_MISS/200" after the time ends; 0 if it is not like that. */
TARGET INLINE unsigned ISA(squid_result)(const char *p)
{
    ISA(block) block = ISA(load)(p);
    uint64_t spaces = ISA(equal)(block, ' '), digits = ISA(within)(block, '0', '9');
    uint64_t capitals = ISA(within)(block, 'A', 'Z'), code = digits | capitals;
    uint64_t edges = spaces ^ spaces << 1; /* where spaces begin and end */

    code |= ISA(equal)(block, '_');
    if (!(spaces & 1) || ISA(count)(edges) < 7)
        return 0;
    edges &= edges - 1;
    unsigned elapsed = ISA(take)(&edges), after_elapsed = ISA(take)(&edges);
    unsigned client = ISA(take)(&edges), after_client = ISA(take)(&edges);
    unsigned result = ISA(take)(&edges), end = ISA(take)(&edges);
    uint64_t numbers = BITS(elapsed, after_elapsed) | BITS(end - 3, end);
    if (client - after_elapsed != 1 || result - after_client != 1 || end - result < 5 ||
        (numbers & ~digits) || (BITS(result, end - 4) & ~code) || !(capitals >> result & 1) ||
        p[end - 4] != '/' || (ISA(within)(block, '\t', '\r') & BITS(0, end)))
        return 0;
    return end;
}

/* " 411 GET http" after the result. */
TARGET INLINE bool ISA(is_squid_rest)(const char *p)
{
    ISA(block) block = ISA(load)(p);
    uint64_t spaces = ISA(equal)(block, ' '), digits = ISA(within)(block, '0', '9');
    uint64_t ends = spaces & (spaces + 1); /* without the run at the start */

    if (ISA(count)(ends) < 2)
        return false;
    unsigned bytes = ISA(first)(~spaces), after_bytes = ISA(take)(&ends);
    unsigned after_method = ISA(take)(&ends);
    return after_method < BLOCK_SIZE - 2 && after_method - after_bytes > 1 &&
           !(BITS(bytes, after_bytes) & ~digits) && !(spaces >> (after_method + 1) & 1) &&
           !(ISA(within)(block, '\t', '\r') & BITS(0, after_method + 2));
}

TARGET INLINE int ISA(squid_line)(const struct httpstatus_setup *setup, const char *line,
                                  size_t size, uint16_t *substatus)
{
    enum { TIME_SIZE = sizeof "1286536308.779" - 1 };
    uint64_t digits = ISA(within)(ISA(load)(line), '0', '9');
    const uint64_t time = BITS(0, 10) | BITS(11, TIME_SIZE);

    (void)setup;
    (void)size;
    (void)substatus;
    if ((time & ~digits) || line[10] != '.')
        return UNPROVED;
    unsigned end = ISA(squid_result)(line + TIME_SIZE);
    if (end == 0 || !ISA(is_squid_rest)(line + TIME_SIZE + end))
        return UNPROVED;
    return three_digits(line + TIME_SIZE + end - 3);
}
