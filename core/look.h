/* What quick looks need besides vectors, whatever the format: compiled once. */
#define INLINE static inline __attribute__((always_inline))

/* How far past the end of a line a block may reach. */
enum { LOOK_MARGIN = 4 * BLOCK_SIZE };

/* A mask of the bits from 'from' up to 'end', which is below 64. */
#define BITS(from, end) ((UINT64_C(1) << (end)) - (UINT64_C(1) << (from)))

/* The bits of a block at 'at' that lie within a line which ends at 'end'. */
static inline uint64_t inside_line(size_t at, size_t end)
{
    return end - at >= BLOCK_SIZE ? ~UINT64_C(0) : (UINT64_C(1) << (end - at)) - 1;
}

static inline int three_digits(const char *p)
{
    return p[0] * 100 + p[1] * 10 + p[2] - '0' * 111;
}

/* ---- Quotes ---- */

/*
 * What surrounds the quotes of a request: byte i is between first[i] and last[i].  The first 32
 * bytes are the stamp and the opening quote; then come the closing quote, the status and more.
 */
struct form {
    char first[BLOCK_SIZE + 1], last[BLOCK_SIZE + 1];
};
enum { BEHIND = 32, AFTER_STATUS = BEHIND + sizeof "\" 200 " - 1 };
static const uint64_t status_fits = UINT64_C(0x3f) << BEHIND;

/* ---- JSON ---- */

/* The bytes that backslashes escape. */
static inline uint64_t escaped_bytes(uint64_t backslashes, uint64_t *carry)
{
    uint64_t escaped = *carry;

    backslashes &= ~escaped;
    *carry = 0;
    while (backslashes) {
        uint64_t first = backslashes & (0 - backslashes);
        escaped |= first << 1;
        *carry |= first >> 63;
        backslashes &= ~(first | first << 1);
    }
    return escaped;
}

/*
 * The last two bytes of names; a name of one byte has a quote before it.  The first two pairs are
 * always set.
 */
enum { NAME_ENDS = 2 * (HTTPSTATUS_KEY_SLOTS + HTTPSTATUS_NAMES + 2) };
struct name_ends {
    int count;
    char before[NAME_ENDS], last[NAME_ENDS];
};

/*
 * Where bytes are in a block, inside strings or not.  Outside, only what JSON has may be: a colon
 * right after a quote and a point after a digit, else the byte before them is wrong.
 */
struct json_masks {
    uint64_t quotes, backslashes, opens, ends; /* brackets of objects and lists */
    uint64_t lists;                            /* of brackets: those of lists */
    uint64_t wrong;
    uint64_t names; /* the last but one byte of a name that ends so, before its quote and colon */
};
