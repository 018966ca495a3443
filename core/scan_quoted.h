/* Quick looks at lines with a request in quotes: clf, envoy, s3.  See scan_lines.h. */

/*
 * All begin with the first quote of the line, which opens the request if the right stamp comes
 * before it, and the next one, which closes it if no backslash stands before it and what must follow
 * does.
 */
TARGET INLINE int SCAN(clf_line)(const char *line, const char *open, const char *close)
{
    const uint64_t needed = status_fits | ((UINT64_C(2) << CLF_STAMP) - 1);

    /* A blank or a quote at the start means more than that something stands before the stamp. */
    if (open - line <= CLF_STAMP || *line <= '#' || close[-1] == '\\' ||
        is_part(line, (size_t)(open - line)))
        return SCAN_UNPROVED;
    ISA(block) around = ISA(join)(open - CLF_STAMP, close);
    uint64_t fits = ISA(fits)(around, &clf_form), ends = ISA(field_ends)(around) >> AFTER_STATUS;
    /* A dash stands alone.  No branch: one line in ten has it, and chance says which. */
    uint64_t dash = close[AFTER_STATUS - BEHIND] == '-';
    uint64_t bytes = (fits >> AFTER_STATUS & (dash - 1)) | dash;
    /* Adding one to a run of ones moves on to what is behind it. */
    if ((~fits & needed) || ((bytes + 1) & ends) <= 1)
        return SCAN_UNPROVED;
    return three_digits(close + 2);
}

TARGET INLINE int SCAN(envoy_line)(const char *line, const char *open, const char *close)
{
    const uint64_t needed = status_fits | ((UINT64_C(2) << ENVOY_STAMP) - 1);

    if (open - line != ENVOY_STAMP || close[-1] == '\\')
        return SCAN_UNPROVED;
    ISA(block) around = ISA(join)(line, close);
    uint64_t fits = ISA(fits)(around, &envoy_form), ends = ISA(equal)(around, ' ') >> AFTER_STATUS;
    uint64_t flags = close[AFTER_STATUS - BEHIND] == '-' ? 1 : fits >> AFTER_STATUS;
    if ((~fits & needed) || ((flags + 1) & ends) <= 1)
        return SCAN_UNPROVED;
    return three_digits(close + 2);
}

/* An error code and four numbers or dashes, each with a single space behind it. */
TARGET INLINE bool SCAN(are_s3_fields)(const char *p)
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

TARGET INLINE int SCAN(s3_line)(const char *line, const char *open, const char *close)
{
    enum { SPACES = 9 }; /* before the request, one of them in the stamp */
    const uint64_t stamp = (UINT64_C(1) << CLF_STAMP) - 1;
    uint16_t spaces[SPACES + 2 * SCAN_BLOCK];
    size_t size = (size_t)(open - line);

    if (close[-1] == '\\' || SCAN(spaces)(line, size, SPACES, spaces) != SPACES ||
        spaces[SPACES - 1] != size - 1 || spaces[3] - spaces[1] != CLF_STAMP)
        return SCAN_UNPROVED;
    if (line[spaces[0] - 1] == ':' || line[spaces[0] + 1] == '|')
        return SCAN_UNPROVED; /* what a logger puts in front of a record */
    uint64_t fits = ISA(fits)(ISA(join)(line + spaces[1] + 1, close), &clf_form);
    if ((~fits & (status_fits | stamp)) || !SCAN(are_s3_fields)(close + AFTER_STATUS - BEHIND))
        return SCAN_UNPROVED;
    return three_digits(close + 2);
}

/*
 * A pass for the quotes and one for what is around them: so neither waits for the other.  Until a
 * status is known its place has the first quote, and that of the sub-status has the second.
 */
TARGET INLINE void SCAN(quotes)(const char *p, size_t count, struct scan_lines *lines)
{
    uint16_t *opens = (uint16_t *)lines->statuses, *closes = lines->substatuses;
    size_t start = 0;

    for (size_t i = 0; i < count; i++) {
        size_t end = lines->ends[i], open = SCAN(find)(p, start, end, '"');
        opens[i] = (uint16_t)open;
        closes[i] = (uint16_t)SCAN(find)(p, open + 1, end, '"');
        start = end + 1;
    }
}

/* A macro for the reason that BY_LINE is one. */
#define BY_QUOTES(format)                                                                         \
    TARGET static void SCAN(format)(const struct httpstatus_setup *setup, const char *p,          \
                                    size_t count, struct scan_lines *lines)                       \
    {                                                                                             \
        const uint16_t *opens = (const uint16_t *)lines->statuses, *closes = lines->substatuses;  \
        size_t start = 0;                                                                         \
                                                                                                  \
        (void)setup;                                                                              \
        SCAN(quotes)(p, count, lines);                                                            \
        for (size_t i = 0; i < count; i++) {                                                      \
            lines->statuses[i] =                                                                  \
                (int16_t)(closes[i] < lines->ends[i]                                              \
                              ? SCAN(format##_line)(p + start, p + opens[i], p + closes[i])       \
                              : SCAN_UNPROVED);                                                   \
            start = lines->ends[i] + 1u;                                                          \
        }                                                                                         \
    }
