/* A quick look at lines of Amazon S3, whose stamp is that of clf.  See looks.h. */

/* An error code and four numbers or dashes, each with a single space after it. */
TARGET INLINE bool ISA(are_s3_fields)(const char *p)
{
    ISA(block) block = ISA(load)(p);
    uint64_t spaces = ISA(equal)(block, ' '), dashes = ISA(equal)(block, '-');
    uint64_t digits = ISA(within)(block, '0', '9'), others = ISA(within)(block, '\t', '\r');
    uint64_t end = spaces & (0 - spaces);
    bool fit = end > 1; /* the error code has a byte */

    for (int i = 0; i < 4; i++) {
        uint64_t start = end << 1;
        spaces &= spaces - 1;
        end = spaces & (0 - spaces);
        uint64_t part = end - start;
        fit = fit && end > start && ((part & ~digits) == 0 || (part == start && (part & dashes)));
    }
    return fit && (others & (end - 1)) == 0;
}

TARGET INLINE int ISA(s3_line)(const char *line, const char *open, const char *close)
{
    enum { SPACES = 9 }; /* before the request, one of them in the stamp */
    const uint64_t stamp = (UINT64_C(1) << CLF_STAMP) - 1;
    uint16_t spaces[SPACES + 2 * BLOCK_SIZE];
    size_t size = (size_t)(open - line);

    if (close[-1] == '\\' || ISA(spaces)(line, size, SPACES, spaces) != SPACES ||
        spaces[SPACES - 1] != size - 1 || spaces[3] - spaces[1] != CLF_STAMP)
        return UNPROVED;
    if (line[spaces[0] - 1] == ':' || line[spaces[0] + 1] == '|')
        return UNPROVED; /* what a logger puts before a record */
    uint64_t fits = ISA(fits)(ISA(join)(line + spaces[1] + 1, close), &clf_form);
    if ((~fits & (status_fits | stamp)) || !ISA(are_s3_fields)(close + AFTER_STATUS - BEHIND))
        return UNPROVED;
    return three_digits(close + 2);
}
