/* Quick looks at lines of one JSON object.  See scan_lines.h. */

/*
 * Where the brackets of the object are, and the colons behind names that end as the key does; how
 * many, or 0 if the object may not be whole: outside of strings must be what JSON has there, a colon
 * right behind a string, and \u before four digits.  Names without backslashes are compared as they
 * stand.
 */
TARGET INLINE size_t SCAN(json_marks)(const struct json_look *look, const char *line,
                                      size_t size, uint16_t *marks)
{
    struct json_carries carry = {0};
    uint64_t wrong = 0;
    uint16_t *end = marks;

    for (size_t at = SCAN(find)(line, 0, size, '{'); at < size; at += SCAN_BLOCK) {
        ISA(block) block = ISA(load)(line + at);
        uint64_t inside = inside_line(at, size), escaped = 0;
        uint64_t quotes = ISA(equal)(block, '"') & inside;
        uint64_t backslashes = ISA(equal)(block, '\\') & inside;
        if (backslashes | carry.escape | carry.escaped_string) {
            uint64_t behind = escaped_bytes(backslashes, &carry.escape);
            uint64_t units = behind & ISA(equal)(block, 'u') & inside;
            for (; units; units &= units - 1)
                wrong |= !is_unit(line + at + ISA(first)(units) + 1);
            quotes &= ~behind;
            escaped = escaped_strings(backslashes, quotes, &carry.escaped_string);
        }
        uint64_t strings = ISA(parity)(quotes) ^ carry.in_string; /* without their closing quotes */
        uint64_t outside = ~strings & inside, closed = quotes & ~strings;
        uint64_t colons = ISA(equal)(block, ':') & outside, digits = ISA(within)(block, '0', '9');
        uint64_t brackets = ISA(either)(ISA(lower)(block), '{', '}'); /* and [ ] */
        uint64_t fractions = ISA(equal)(block, '.') & (digits << 1 | carry.digit);
        uint64_t fine = ISA(json_plain)(block) | closed | fractions;
        uint64_t names = (closed & ~escaped) << 1 | carry.closed;
        uint64_t key_ends = ISA(equal)(block, look->ends[0]);

        for (int i = 1; i < look->end_count; i++)
            key_ends |= ISA(equal)(block, look->ends[i]);
        wrong |= (outside & ~(fine | colons)) | (colons & ~names);
        colons &= key_ends << 2 | carry.key_end;
        end = SCAN(many_places)((brackets & outside) | colons, at, end);
        carry.in_string = 0 - (strings >> 63);
        carry.digit = digits >> 63;
        carry.closed = (closed & ~escaped) >> 63;
        carry.key_end = key_ends >> 62;
    }
    return wrong ? 0 : (size_t)(end - marks);
}

/* A name with a quote in it could begin in one string and end in another. */
TARGET INLINE int SCAN(json_line)(const struct httpstatus_setup *setup, const char *line,
                                  size_t size, uint16_t *substatus)
{
    uint16_t marks[SCAN_WINDOW + SCAN_BLOCK];
    const struct json_look look = json_look_of(setup);
    size_t count = look.keys->quoted ? 0 : SCAN(json_marks)(&look, line, size, marks);

    (void)substatus;
    if (is_part(line, size))
        return SCAN_UNPROVED;
    if (count == 0 && !is_blank(*line) && SCAN(find)(line, 0, size, '{') >= size)
        return HTTPSTATUS_UNMATCHED;
    return json_status(&look, line, size, marks, count);
}
