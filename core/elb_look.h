/* A quick look at lines of AWS load balancers: tokens separated by single spaces.  See looks.h. */
TARGET INLINE int ISA(elb_line)(const struct httpstatus_setup *setup, const char *line, size_t size,
                                uint16_t *substatus)
{
    enum { SPACES = 10 }; /* up to the one after the two statuses */
    uint16_t spaces[SPACES + 2 * BLOCK_SIZE];

    (void)substatus;
    if (ISA(spaces)(line, size, SPACES, spaces) < SPACES)
        return UNPROVED;
#define TOKEN(i) line + spaces[(i)-1] + 1, (size_t)(spaces[i] - spaces[(i)-1] - 1)
    bool classic = is_digit(line[0]);
    size_t time_end = spaces[!classic];
    if (!(classic ? is_iso_time(line, time_end) : is_iso_time(TOKEN(1))) ||
        line[time_end - 1] != 'Z')
        return UNPROVED;
    if (classic && (line[spaces[1] - 1] == ':' || line[spaces[3] - 1] == ':'))
        return UNPROVED; /* a program's name, which a logger puts before a record */
    if (classic ? !has_port(TOKEN(2)) || !is_number(TOKEN(4), true) || !is_number(TOKEN(5), true) ||
                      !is_number(TOKEN(6), true)
                : !is_listener(line, spaces[0]))
        return UNPROVED;
    int status = classic ? read_status(TOKEN(7), 3) : read_status(TOKEN(8), 3);
    int target = classic ? read_status(TOKEN(8), 3) : read_status(TOKEN(9), 3);
    if (status == HTTPSTATUS_UNMATCHED || target == HTTPSTATUS_UNMATCHED)
        return UNPROVED;
#undef TOKEN
    return setup->target ? target : status;
}
