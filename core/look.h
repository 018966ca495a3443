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
