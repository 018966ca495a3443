/* What a file contains, told by its first bytes. */
#include "httpstatus.h"

/* A byte fits if its bits under the mask are the ones given.  The formats define the numbers. */
static const struct {
    enum httpstatus_content content;
    unsigned size;
    unsigned char bytes[HTTPSTATUS_CONTENT_SIZE], masks[HTTPSTATUS_CONTENT_SIZE];
} beginnings[] = {
    {HTTPSTATUS_CONTENT_GZIP, 2, {0x1F, 0x8B}, {0xFF, 0xFF}}, /* RFC 1952 Section 2.3.1 */
    /*
     * "BZh", the block size, then the first block or the end of an empty stream.  A block begins
     * with text, "1AY&SY", which a client may write: so look past its checksum of four bytes, at
     * the 25 bits of a number below 900,000.
     */
    {HTTPSTATUS_CONTENT_BZIP2,
     15,
     {'B', 'Z', 'h', '0', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0, 0, 0, 0, 0},
     {0xFF, 0xFF, 0xFF, 0xF0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xF8}},
    {HTTPSTATUS_CONTENT_BZIP2,
     10,
     {'B', 'Z', 'h', '0', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90},
     {0xFF, 0xFF, 0xFF, 0xF0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}},
    {HTTPSTATUS_CONTENT_XZ,
     6,
     {0xFD, '7', 'z', 'X', 'Z', 0},
     {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}}, /* .xz format 1.2.1 Section 2.1.1.1 */
    /* RFC 8878 Sections 3.1.1 and 3.1.2: a frame, and a skippable frame. */
    {HTTPSTATUS_CONTENT_ZSTD, 4, {0x28, 0xB5, 0x2F, 0xFD}, {0xFF, 0xFF, 0xFF, 0xFF}},
    {HTTPSTATUS_CONTENT_ZSTD, 4, {0x50, 0x2A, 0x4D, 0x18}, {0xF0, 0xFF, 0xFF, 0xFF}},
    {HTTPSTATUS_CONTENT_UTF_16, 2, {0xFF, 0xFE}, {0xFF, 0xFF}},
    {HTTPSTATUS_CONTENT_UTF_16, 2, {0xFE, 0xFF}, {0xFF, 0xFF}},
};

enum httpstatus_content httpstatus_content(const char *p, size_t size)
{
    enum httpstatus_content found = HTTPSTATUS_CONTENT_PLAIN;

    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
        size_t at = 0, all = beginnings[i].size;
        while (at < size && at < all &&
               ((unsigned char)p[at] & beginnings[i].masks[at]) == beginnings[i].bytes[at])
            at++;
        if (at == all)
            return beginnings[i].content;
        if (at == size)
            found = HTTPSTATUS_CONTENT_UNTOLD;
    }
    return found;
}

const char *httpstatus_content_name(enum httpstatus_content content)
{
    static const char *const names[] = {
        [HTTPSTATUS_CONTENT_GZIP] = "gzip",     [HTTPSTATUS_CONTENT_BZIP2] = "bzip2",
        [HTTPSTATUS_CONTENT_XZ] = "xz",         [HTTPSTATUS_CONTENT_ZSTD] = "zstd",
        [HTTPSTATUS_CONTENT_UTF_16] = "UTF-16",
    };

    return (size_t)content < sizeof names / sizeof *names ? names[content] : NULL;
}
