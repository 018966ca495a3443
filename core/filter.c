/* Filters: which lines of a log are wanted. */
#include "tally.h"

static void want(struct httpstatus_filter *filter, int status)
{
    unsigned bit = (unsigned)(status - HTTPSTATUS_STATUS_MIN);

    filter->statuses[bit / 64] |= UINT64_C(1) << bit % 64;
}

static void want_class(struct httpstatus_filter *filter, int status_class)
{
    for (int status = status_class * 100; status < (status_class + 1) * 100; status++)
        want(filter, status);
}

static void want_property(struct httpstatus_filter *filter, enum httpstatus_property property)
{
    for (int status = 0; status <= HTTPSTATUS_STATUS_MAX; status++) {
        const struct httpstatus_status *row = httpstatus_lookup(status);
        if (httpstatus_property(row ? row : httpstatus_unknown(status), property) == HTTPSTATUS_YES)
            want(filter, status);
    }
}

bool httpstatus_filter_add_status(struct httpstatus_filter *filter, int status)
{
    if (status < HTTPSTATUS_STATUS_MIN || status > HTTPSTATUS_STATUS_MAX)
        return false;
    want(filter, status);
    return true;
}

bool httpstatus_filter_add(struct httpstatus_filter *filter, const char *p, size_t size)
{
    enum httpstatus_property property;
    int code, substatus;

    if (equal(p, size, "error")) {
        want_property(filter, HTTPSTATUS_IS_ERROR);
    } else if (equal(p, size, "redirect")) {
        want_property(filter, HTTPSTATUS_IS_REDIRECT);
    } else if (equal(p, size, "no_status")) {
        filter->no_status = true;
    } else if (equal(p, size, "unmatched")) {
        filter->unmatched = true;
    } else if (size == 3 && p[0] >= '1' && p[0] <= '5' && p[1] == 'x' && p[2] == 'x') {
        want_class(filter, p[0] - '0');
    } else if (httpstatus_property_find(p, size, &property)) {
        want_property(filter, property);
    } else if (!httpstatus_read_code(p, size, &code, &substatus)) {
        return false;
    } else if (substatus < 0) {
        want(filter, code);
    } else if (filter->pair_count < HTTPSTATUS_FILTER_PAIRS) {
        filter->pairs[filter->pair_count].status = code;
        filter->pairs[filter->pair_count++].substatus = substatus;
    } else {
        return false;
    }
    return true;
}

static bool has(const struct httpstatus_filter *filter, int status, int substatus)
{
    if (status == HTTPSTATUS_NO_STATUS)
        return filter->no_status;
    if (status == HTTPSTATUS_UNMATCHED)
        return filter->unmatched;
    if (status < HTTPSTATUS_STATUS_MIN || status > HTTPSTATUS_STATUS_MAX)
        return false;
    unsigned bit = (unsigned)(status - HTTPSTATUS_STATUS_MIN);
    if (filter->statuses[bit / 64] >> bit % 64 & 1)
        return true;
    for (unsigned i = 0; i < filter->pair_count; i++)
        if (filter->pairs[i].status == status && filter->pairs[i].substatus == substatus)
            return true;
    return false;
}

bool httpstatus_filter_wants(const struct httpstatus_filter *filter, int status, int substatus)
{
    return has(filter, status, substatus) != filter->invert;
}
