/* Quick looks at lines in columns: w3c, cloudfront, zeek.  See looks.h. */
#ifndef HTTPSTATUS_COLUMNS_LOOK_H
#define HTTPSTATUS_COLUMNS_LOOK_H

/*
 * The careful reader gets directives, lines that may be blank, and lines with something to drop at
 * their ends.
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

/* The size of the value at 'p', up to a blank or the end of the line; most + 1 if it is larger. */
static inline size_t value_size(const char *p, const char *end, size_t most)
{
    size_t size = 0;

    while (size <= most && p + size < end && !is_blank(p[size]))
        size++;
    return size;
}

/* Three digits and one digit, each before a blank: the usual case, which needs no loop. */
static inline bool is_usual_pair(const char *status, const char *substatus)
{
    return is_digit(status[0]) && is_digit(status[1]) && is_digit(status[2]) &&
           is_blank(status[3]) && is_digit(substatus[0]) && is_blank(substatus[1]);
}

/* A number of up to four digits; -1 leaves it to the careful reader. */
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

/*
 * "1764331200.937\t192.0.2.21\t0.332\t403\t347\tGET\t", which begins a line of CloudFront in real
 * time; its status, UNPROVED if it has not that form.
 */
static inline int read_realtime(const char *line, size_t size)
{
    const char *p = line, *end = line + size;
    struct httpstatus_shape shape = {.place = 0};
    int status = UNPROVED;

    if (!may_be_realtime(line, size))
        return UNPROVED;
    for (; p < end && shape.column <= REALTIME_METHOD; p++) {
        if (*p == '\t' && shape.column == REALTIME_STATUS) /* tabs are before it, if no digits */
            status = three_digits(p - 3);
        httpstatus_realtime_step(&shape, *p);
    }
    return shape.bad || shape.column <= REALTIME_METHOD ? UNPROVED : status;
}

#endif

TARGET INLINE unsigned ISA(nth)(uint64_t mask, unsigned n)
{
    while (n-- > 0)
        mask &= mask - 1;
    return ISA(first)(mask);
}

/* Without names: the columns of IIS. */
TARGET INLINE int ISA(iis_line)(const struct httpstatus_setup *setup, const char *line, size_t size,
                                uint16_t *substatus)
{
    uint16_t ends[IIS_COLUMNS + 2 * BLOCK_SIZE];
    const size_t count = ISA(spaces)(line, size, IIS_COLUMNS, ends) + 1;
    size_t at;

    (void)setup;
    if (!is_plain_record(line, size))
        return UNPROVED;
    if (count != IIS_COLUMNS && count != IIS_COLUMNS - 1)
        return UNPROVED;
    ends[count - 1] = (uint16_t)size;
    if (!httpstatus_fits_iis(0, line, ends[0]))
        return UNPROVED;
#define START(i) (ends[(i)-1] + 1u)
#define VALUE(i) line + START(i), ends[i] - START(i)
    for (int i = 1; i < IIS_SHAPED; i++)
        if (!httpstatus_fits_iis(i, VALUE(i)))
            return UNPROVED;
    for (size_t i = count - IIS_NUMBERS; i < count; i++) {
        at = START(i);
        if (!digits(line, ends[i], &at) || at != ends[i])
            return UNPROVED;
    }
    const size_t status = count - IIS_NUMBERS;
    const int second = read_substatus(line + START(status + 1), line + ends[status + 1]);
    if (second < 0)
        return UNPROVED;
    *substatus = (uint16_t)second;
    return read_status(VALUE(status), 3);
#undef START
#undef VALUE
}

/* Quotes join values only if the line does not have as many values as there are names. */
TARGET INLINE int ISA(w3c_line)(const struct httpstatus_setup *setup, const char *line, size_t size,
                                uint16_t *substatus)
{
    const struct httpstatus_fields *fields = &setup->fields;
    unsigned status = (unsigned)fields->status, second = (unsigned)fields->substatus, columns = 0;
    size_t status_at = size, second_at = size;
    const char *end = line + size;
    uint64_t before = 0;

    if (!is_plain_record(line, size))
        return UNPROVED;
    for (size_t at = 0; at < size; at += BLOCK_SIZE) {
        ISA(block) block = ISA(load)(line + at);
        uint64_t values = ~ISA(either)(block, ' ', '\t') & inside_line(at, size);
        uint64_t starts = values & ~(values << 1 | before);
        unsigned count = ISA(count)(starts);
        if (status - columns < count)
            status_at = at + ISA(nth)(starts, status - columns);
        if (second - columns < count)
            second_at = at + ISA(nth)(starts, second - columns);
        columns += count;
        before = values >> 63;
    }
    if (fields->zeek | (fields->status < 0))
        return HTTPSTATUS_UNMATCHED;
    if ((int)columns != fields->count)
        return ISA(find)(line, 0, size, '"') < size ? UNPROVED : HTTPSTATUS_UNMATCHED;
    if (fields->substatus >= 0 && is_usual_pair(line + status_at, line + second_at)) {
        *substatus = (uint16_t)(line[second_at] - '0');
        return three_digits(line + status_at);
    }
    int second_found = fields->substatus < 0 ? 0 : read_substatus(line + second_at, end);
    if (second_found < 0)
        return UNPROVED;
    *substatus = (uint16_t)second_found;
    return read_status(line + status_at, value_size(line + status_at, end, 3), 1);
}

TARGET INLINE int ISA(cloudfront_line)(const struct httpstatus_setup *setup, const char *line,
                                       size_t size, uint16_t *substatus)
{
    const int column = setup->fields.known ? setup->fields.status : CLOUDFRONT_STATUS;
    unsigned left = (unsigned)column; /* tabs still to pass */
    size_t at = 0, status_at = 0, status_size = 0;

    (void)substatus;
    if (!is_plain_record(line, size))
        return UNPROVED;
    if ((setup->automatic || !setup->fields.known) && !is_dated(line, size))
        return setup->fields.known ? UNPROVED : read_realtime(line, size);
    if (setup->fields.zeek)
        return HTTPSTATUS_UNMATCHED;
    for (; left > 0 && at < size; at += BLOCK_SIZE) {
        uint64_t tabs = ISA(equal)(ISA(load)(line + at), '\t') & inside_line(at, size);
        unsigned count = ISA(count)(tabs);
        if (left <= count)
            status_at = at + ISA(nth)(tabs, left - 1) + 1;
        left -= left <= count ? left : count;
    }
    while (status_size < 4 && status_at + status_size < size &&
           line[status_at + status_size] != '\t')
        status_size++;
    return left > 0 ? HTTPSTATUS_UNMATCHED : read_status(line + status_at, status_size, 3);
}

TARGET INLINE int ISA(zeek_line)(const struct httpstatus_setup *setup, const char *line,
                                 size_t size, uint16_t *substatus)
{
    const struct httpstatus_fields *fields = &setup->fields;
    const unsigned status = (unsigned)fields->status; /* tabs before it */
    unsigned columns = 1;
    size_t status_at = 0, status_size = 0;

    (void)substatus;
    if (!is_plain_record(line, size))
        return UNPROVED;
    if (!fields->zeek || fields->status < 0)
        return HTTPSTATUS_UNMATCHED;
    for (size_t at = 0; at < size; at += BLOCK_SIZE) {
        uint64_t tabs = ISA(equal)(ISA(load)(line + at), '\t') & inside_line(at, size);
        unsigned count = ISA(count)(tabs);
        if (status - columns < count)
            status_at = at + ISA(nth)(tabs, status - columns) + 1;
        columns += count;
    }
    if ((int)columns != fields->count)
        return HTTPSTATUS_UNMATCHED;
    while (status_size < 4 && status_at + status_size < size &&
           line[status_at + status_size] != '\t')
        status_size++;
    return read_status(line + status_at, status_size, 3);
}
