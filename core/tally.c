/* Tallies: how many records of a log have each status. */
#include "tally.h"

/*
 * The pairs are sorted.  If there is no room for all, the least ones are kept, whatever order they
 * come in: so the tallies of parts add up to that of the whole.
 */
void httpstatus_count_pair(struct httpstatus_tally *tally, int status, int substatus,
                           uint64_t count)
{
    struct httpstatus_pair *pairs = tally->pairs;
    size_t i = 0;

    while (
        i < HTTPSTATUS_PAIRS && pairs[i].count &&
        (pairs[i].status < status || (pairs[i].status == status && pairs[i].substatus < substatus)))
        i++;
    if (i == HTTPSTATUS_PAIRS) {
        tally->more_pairs += count;
    } else if (pairs[i].count && pairs[i].status == status && pairs[i].substatus == substatus) {
        pairs[i].count += count;
    } else {
        tally->more_pairs += pairs[HTTPSTATUS_PAIRS - 1].count;
        memmove(&pairs[i + 1], &pairs[i], (HTTPSTATUS_PAIRS - 1 - i) * sizeof pairs[0]);
        pairs[i] = (struct httpstatus_pair){(uint16_t)status, (uint16_t)substatus, count};
    }
}

void httpstatus_count_record(struct httpstatus_tally *tally, int status, int substatus)
{
    tally->records++;
    if (status == HTTPSTATUS_NO_STATUS)
        tally->no_status++;
    else
        tally->counts[status - HTTPSTATUS_STATUS_MIN]++;
    if (substatus && status >= 0)
        httpstatus_count_pair(tally, status, substatus, 1);
}

void httpstatus_count(struct httpstatus_tally *tally, const struct result *result, uint64_t number)
{
    const int status = result->status;

    if (status >= HTTPSTATUS_NO_STATUS) {
        httpstatus_count_record(tally, status, result->substatus);
        tally->formats[result->format]++;
        if (result->format == HTTPSTATUS_JSON && result->key >= 0)
            tally->keys[result->key]++;
    } else if (status == HTTPSTATUS_SKIPPED) {
        tally->skipped++;
    } else if (tally->unmatched++ < HTTPSTATUS_FIRST_UNMATCHED) {
        tally->first_unmatched[tally->unmatched - 1] = number;
    }
}

uint64_t httpstatus_tally_count(const struct httpstatus_tally *tally, int status)
{
    if (status < HTTPSTATUS_STATUS_MIN || status > HTTPSTATUS_STATUS_MAX)
        return 0;
    return tally->counts[status - HTTPSTATUS_STATUS_MIN];
}

/* The index of the only number that is not 0; 'count' if there is none, or more than one. */
static int only_one(const uint64_t *numbers, int count)
{
    int found = count;

    for (int i = 0; i < count; i++)
        if (numbers[i]) {
            if (found != count)
                return count;
            found = i;
        }
    return found;
}

enum httpstatus_format httpstatus_tally_format(const struct httpstatus_tally *tally)
{
    int only = only_one(tally->formats, HTTPSTATUS_FORMATS);

    if (tally->format != HTTPSTATUS_AUTO)
        return tally->format;
    return only == HTTPSTATUS_FORMATS ? HTTPSTATUS_FORMAT_NONE : (enum httpstatus_format)only;
}

struct httpstatus_text httpstatus_tally_key(const struct httpstatus_tally *tally,
                                            struct httpstatus_text own)
{
    if (own.data && (tally->format == HTTPSTATUS_JSON || tally->formats[HTTPSTATUS_JSON]))
        return own;
    const int only = only_one(tally->keys, HTTPSTATUS_KEYS);
    const bool has_all = only < HTTPSTATUS_KEYS &&
                         tally->keys[only] == tally->formats[HTTPSTATUS_JSON];

    return httpstatus_usual_key(has_all ? (size_t)only : HTTPSTATUS_KEYS);
}

struct httpstatus_text httpstatus_tally_sum_key(const struct httpstatus_tally *tally,
                                                struct httpstatus_text own,
                                                const struct httpstatus_tally *more,
                                                struct httpstatus_text own_of_more)
{
    static const struct httpstatus_text none;

    if (own.data && own_of_more.data)
        return same_bytes(own, own_of_more) ? own : none;
    const struct httpstatus_tally *const other = own.data ? more : tally;

    return other->records || other->excluded ? none : own.data ? own : own_of_more;
}

uint64_t httpstatus_tally_class(const struct httpstatus_tally *tally, int status_class)
{
    uint64_t sum = 0;

    for (int status = HTTPSTATUS_STATUS_MIN; status <= HTTPSTATUS_STATUS_MAX; status++)
        if (class_digit(status) == status_class)
            sum += httpstatus_tally_count(tally, status);
    return sum;
}

static bool equal_pairs(const struct httpstatus_tally *a, const struct httpstatus_tally *b)
{
    for (size_t i = 0; i < HTTPSTATUS_PAIRS; i++)
        if (a->pairs[i].count != b->pairs[i].count || a->pairs[i].status != b->pairs[i].status ||
            a->pairs[i].substatus != b->pairs[i].substatus)
            return false;
    return true;
}

bool httpstatus_tally_equal(const struct httpstatus_tally *a, const struct httpstatus_tally *b)
{
    return a->lines == b->lines && a->records == b->records && a->no_status == b->no_status &&
           a->skipped == b->skipped && a->unmatched == b->unmatched && a->excluded == b->excluded &&
           a->untimed == b->untimed && httpstatus_tally_format(a) == httpstatus_tally_format(b) &&
           a->more_pairs == b->more_pairs && equal_pairs(a, b) &&
           memcmp(a->counts, b->counts, sizeof a->counts) == 0 &&
           memcmp(a->formats, b->formats, sizeof a->formats) == 0 &&
           memcmp(a->keys, b->keys, sizeof a->keys) == 0 &&
           memcmp(a->first_unmatched, b->first_unmatched, sizeof a->first_unmatched) == 0;
}

void httpstatus_tally_add(struct httpstatus_tally *tally, const struct httpstatus_tally *more)
{
    const uint64_t room = HTTPSTATUS_FIRST_UNMATCHED;
    const uint64_t listed = more->unmatched < room ? more->unmatched : room;

    const bool asked = tally->format != HTTPSTATUS_FORMAT_NONE && tally->format != HTTPSTATUS_AUTO;

    if (tally->lines == 0 && (more->lines != 0 || !asked))
        tally->format = more->format;
    else if (more->lines != 0 && more->format != tally->format)
        tally->format = HTTPSTATUS_AUTO;
    for (uint64_t i = tally->unmatched, j = 0; i < room && j < listed; i++, j++)
        tally->first_unmatched[i] = tally->lines + more->first_unmatched[j];
    for (size_t i = 0; i < sizeof tally->counts / sizeof tally->counts[0]; i++)
        tally->counts[i] += more->counts[i];
    for (size_t i = 0; i < HTTPSTATUS_PAIRS && more->pairs[i].count; i++)
        httpstatus_count_pair(tally, more->pairs[i].status, more->pairs[i].substatus,
                              more->pairs[i].count);
    for (int i = 0; i < HTTPSTATUS_FORMATS; i++)
        tally->formats[i] += more->formats[i];
    for (int i = 0; i < HTTPSTATUS_KEYS; i++)
        tally->keys[i] += more->keys[i];
    tally->more_pairs += more->more_pairs;
    tally->records += more->records;
    tally->lines += more->lines;
    tally->no_status += more->no_status;
    tally->skipped += more->skipped;
    tally->unmatched += more->unmatched;
    tally->excluded += more->excluded;
    tally->untimed += more->untimed;
    tally->consumed += more->consumed;
}
