/* Quick looks at lines of columns: w3c, cloudfront.  See scan_lines.h. */

TARGET INLINE unsigned SCAN(nth)(uint64_t mask, unsigned n)
{
    while (n-- > 0)
        mask &= mask - 1;
    return ISA(first)(mask);
}

TARGET INLINE int SCAN(w3c_line)(const struct httpstatus_setup *setup, const char *line, size_t size,
                                 uint16_t *substatus)
{
    const struct httpstatus_fields *fields = &setup->fields;
    unsigned status = (unsigned)fields->status, second = (unsigned)fields->substatus, columns = 0;
    size_t status_at = size, second_at = size;
    uint64_t before = 0;

    if (is_comment(line, size))
        return HTTPSTATUS_SKIPPED;
    for (size_t at = 0; at < size; at += SCAN_BLOCK) {
        ISA(block) block = ISA(load)(line + at);
        uint64_t values = ~ISA(either)(block, ' ', '\t') & SCAN(inside)(at, size);
        uint64_t starts = values & ~(values << 1 | before);
        unsigned count = ISA(count)(starts);
        if (status - columns < count)
            status_at = at + SCAN(nth)(starts, status - columns);
        if (second - columns < count)
            second_at = at + SCAN(nth)(starts, second - columns);
        columns += count;
        before = values >> 63;
    }
    if (!fields->known || (int)columns != fields->count || status_at == size ||
        !is_plain_record(line, size))
        return SCAN_UNPROVED;
    int found = column_number(line + status_at, line + size, 3), second_found = 0;
    if (fields->substatus >= 0)
        second_found = column_number(line + second_at, line + size, 5);
    if (found < 0 || second_found < 0 || second_found > UINT16_MAX)
        return SCAN_UNPROVED;
    *substatus = (uint16_t)second_found;
    return found;
}

TARGET INLINE int SCAN(cloudfront_line)(const struct httpstatus_setup *setup, const char *line,
                                        size_t size, uint16_t *substatus)
{
    const int column = setup->fields.known ? setup->fields.status : CLOUDFRONT_STATUS;
    unsigned left = (unsigned)column; /* tabs before the status */
    size_t status_at = 0;

    (void)substatus;
    if (is_comment(line, size))
        return HTTPSTATUS_SKIPPED;
    for (size_t at = 0; left > 0 && at < size; at += SCAN_BLOCK) {
        uint64_t tabs = ISA(equal)(ISA(load)(line + at), '\t') & SCAN(inside)(at, size);
        unsigned count = ISA(count)(tabs);
        if (left <= count)
            status_at = at + SCAN(nth)(tabs, left - 1) + 1;
        left -= left <= count ? left : count;
    }
    if (left > 0 || column < 0 || !is_plain_record(line, size) || size - status_at < 3 ||
        (size - status_at > 3 && line[status_at + 3] != '\t'))
        return SCAN_UNPROVED;
    int status = read_status(line + status_at, 3, 3);
    return status == HTTPSTATUS_UNMATCHED ? SCAN_UNPROVED : status;
}
