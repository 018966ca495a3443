/* Quick looks at lines of one JSON object.  See scan_lines.h. */

/*
 * Proves that the object is whole: what is outside of strings is what JSON has there, a colon only
 * right behind a string, brackets in pairs.  Names without backslashes are compared as they stand.
 */
TARGET INLINE int SCAN(json_line)(const struct httpstatus_setup *setup, const char *line, size_t size,
                                  uint16_t *substatus)
{
    const char last = setup->key.data[setup->key.size - 1];
    struct nesting nesting = {.found = HTTPSTATUS_UNMATCHED};
    struct json_carries carry = {0};

    (void)substatus;
    for (size_t at = SCAN(find)(line, 0, size, '{'); at < size; at += SCAN_BLOCK) {
        ISA(block) block = ISA(load)(line + at), lower = ISA(lower)(block);
        uint64_t inside = SCAN(inside)(at, size), escaped = 0;
        uint64_t quotes = ISA(equal)(block, '"') & inside;
        uint64_t backslashes = ISA(equal)(block, '\\') & inside;
        if (backslashes | carry.escape | carry.escaped_string) {
            quotes &= ~escaped_bytes(backslashes, &carry.escape);
            escaped = escaped_strings(backslashes, quotes, &carry.escaped_string);
        }
        uint64_t strings = ISA(parity)(quotes) ^ carry.in_string; /* without their closing quotes */
        uint64_t outside = ~strings & inside, closed = quotes & ~strings;
        uint64_t colons = ISA(equal)(block, ':') & outside, digits = ISA(within)(block, '0', '9');
        uint64_t marks = (ISA(equal)(lower, '{') | ISA(equal)(lower, '}')) & outside; /* and [ ] */
        uint64_t fractions = ISA(equal)(block, '.') & (digits << 1 | carry.digit);
        uint64_t fine = marks | closed | digits | fractions | ISA(within)(lower, 'a', 'z') |
                        ISA(equal)(block, ' ') | ISA(equal)(block, ',') | ISA(equal)(block, '-');
        uint64_t names = (closed & ~escaped) << 1 | carry.closed;
        if ((outside & ~(fine | colons)) | (colons & ~names))
            return SCAN_UNPROVED;
        uint64_t key_ends = ISA(equal)(block, last);
        uint64_t events = marks | (colons & (key_ends << 2 | carry.key_end));
        for (; events; events &= events - 1) {
            const char *p = line + at + ISA(first)(events);
            bool closes = *p == '}' || *p == ']';
            if (!(*p == ':' ? take_value(&nesting, setup, line, p)
                  : closes  ? close_container(&nesting, p)
                            : open_container(&nesting, setup, line, p)))
                return SCAN_UNPROVED;
            if (closes && nesting.depth == 0)
                return nesting.found;
        }
        carry.in_string = 0 - (strings >> 63);
        carry.digit = digits >> 63;
        carry.closed = (closed & ~escaped) >> 63;
        carry.key_end = key_ends >> 62;
    }
    return SCAN_UNPROVED;
}
