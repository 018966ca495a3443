/* The counts of a closed tally, packed. */
#include "_tally.h"

#include <assert.h>

/* The nonzero words in order, and a bit for each place: about 400 bytes instead of 12 KB. */
enum { WORDS = sizeof(struct httpstatus_tally) / sizeof(uint64_t) };
struct counts {
    uint64_t places[(WORDS + 63) / 64];
    uint64_t words[];
};

static_assert(sizeof(struct httpstatus_tally) % sizeof(uint64_t) == 0, "it is made of whole words");

Counts *counts_pack(const struct httpstatus_tally *tally)
{
    uint64_t words[WORDS];
    size_t used = 0;

    memcpy(words, tally, sizeof words);
    for (size_t i = 0; i < WORDS; i++)
        used += words[i] != 0;
    Counts *counts = PyMem_Calloc(1, sizeof *counts + used * sizeof words[0]);
    if (!counts)
        return NULL;
    used = 0;
    for (size_t i = 0; i < WORDS; i++) {
        counts->places[i / 64] |= (uint64_t)(words[i] != 0) << i % 64;
        if (words[i])
            counts->words[used++] = words[i];
    }
    return counts;
}

void counts_unpack(const Counts *counts, struct httpstatus_tally *tally)
{
    uint64_t words[WORDS] = {0};
    size_t used = 0;

    for (size_t i = 0; i < WORDS; i++)
        if (counts->places[i / 64] >> i % 64 & 1)
            words[i] = counts->words[used++];
    memcpy(tally, words, sizeof words);
}
