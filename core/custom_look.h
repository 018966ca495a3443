/* A quick look at lines of the server's own format.  See looks.h. */

/* Where the text comes next, from 'at' on; 'size' if nowhere. */
TARGET INLINE size_t ISA(find_text)(const char *line, size_t at, size_t size, const char *text,
                                    size_t length)
{
    for (;; at++) {
        size_t same = 1;
        at = ISA(find)(line, at, size, text[0]);
        if (at + length > size)
            return size;
        while (same < length && line[at + same] == text[same])
            same++;
        if (same == length)
            return at;
    }
}

/*
 * Leaves to the careful reader whether a quote after a backslash ends its field, and all lines of a
 * string whose texts do not tell enough.
 */
TARGET INLINE int ISA(custom_line)(const struct httpstatus_setup *setup, const char *line,
                                   size_t size, uint16_t *substatus)
{
    const struct locator *locator = &setup->locator;
    size_t at = 0, digits = 0;

    (void)substatus;
    if (locator->careful)
        return UNPROVED;
    for (unsigned step = 0; step < locator->step_count; step++) {
        const char *text = locator->text + locator->steps[step].start;
        size_t length = locator->steps[step].size;
        size_t found = ISA(find_text)(line, at, size, text, length);
        if (found == size || (step == 0 && locator->anchored && found > 0) ||
            (text[0] == '"' && found > 0 && line[found - 1] == '\\'))
            return UNPROVED;
        at = found + length;
    }
    while (digits < 4 && at + digits < size && is_digit(line[at + digits]))
        digits++;
    if (at + digits < size &&
        !(locator->has_stop && (unsigned char)line[at + digits] == locator->stop))
        return UNPROVED;
    int status = read_status(line + at, digits, 1);
    return status == HTTPSTATUS_UNMATCHED ? UNPROVED : status;
}
