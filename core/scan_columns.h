/* Quick looks at lines of columns: w3c, cloudfront.  See scan_lines.h. */

TARGET INLINE unsigned SCAN(nth)(uint64_t mask, unsigned n)
{
    while (n-- > 0)
        mask &= mask - 1;
    return ISA(first)(mask);
}

/* A record has as many values as names; quotes make one of several only where it has not. */
TARGET INLINE int SCAN(w3c_line)(const struct httpstatus_setup *setup, const char *line,
                                 size_t size, uint16_t *substatus)
{
    const struct httpstatus_fields *fields = &setup->fields;
    unsigned status = (unsigned)fields->status, second = (unsigned)fields->substatus, columns = 0;
    size_t status_at = size, second_at = size;
    const char *end = line + size;
    uint64_t before = 0;

    if (!is_plain_record(line, size))
        return SCAN_UNPROVED;
    for (size_t at = 0; at < size; at += SCAN_BLOCK) {
        ISA(block) block = ISA(load)(line + at);
        uint64_t values = ~ISA(either)(block, ' ', '\t') & inside_line(at, size);
        uint64_t starts = values & ~(values << 1 | before);
        unsigned count = ISA(count)(starts);
        if (status - columns < count)
            status_at = at + SCAN(nth)(starts, status - columns);
        if (second - columns < count)
            second_at = at + SCAN(nth)(starts, second - columns);
        columns += count;
        before = values >> 63;
    }
    if (!fields->known || fields->status < 0)
        return HTTPSTATUS_UNMATCHED;
    if ((int)columns != fields->count)
        return SCAN(find)(line, 0, size, '"') < size ? SCAN_UNPROVED : HTTPSTATUS_UNMATCHED;
    if (fields->substatus >= 0 && is_usual_pair(line + status_at, line + second_at)) {
        *substatus = (uint16_t)(line[second_at] - '0');
        return three_digits(line + status_at);
    }
    int second_found = fields->substatus < 0 ? 0 : read_substatus(line + second_at, end);
    if (second_found < 0)
        return SCAN_UNPROVED;
    *substatus = (uint16_t)second_found;
    return read_status(line + status_at, value_size(line + status_at, end, 3), 1);
}

TARGET INLINE int SCAN(cloudfront_line)(const struct httpstatus_setup *setup, const char *line,
                                        size_t size, uint16_t *substatus)
{
    const int column = setup->fields.known ? setup->fields.status : CLOUDFRONT_STATUS;
    unsigned left = (unsigned)column; /* tabs before the status */
    size_t at = 0, status_at = 0, status_size = 0;

    (void)substatus;
    if (!is_plain_record(line, size) || ((setup->automatic || !setup->fields.known) &&
                                         !is_dated(line, size)))
        return SCAN_UNPROVED;
    for (; left > 0 && at < size; at += SCAN_BLOCK) {
        uint64_t tabs = ISA(equal)(ISA(load)(line + at), '\t') & inside_line(at, size);
        unsigned count = ISA(count)(tabs);
        if (left <= count)
            status_at = at + SCAN(nth)(tabs, left - 1) + 1;
        left -= left <= count ? left : count;
    }
    while (status_size < 4 && status_at + status_size < size &&
           line[status_at + status_size] != '\t')
        status_size++;
    return left > 0 ? HTTPSTATUS_UNMATCHED : read_status(line + status_at, status_size, 3);
}
