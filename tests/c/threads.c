/*
 * Threads that race for the first choice of a scanner, share the rows, scan into tallies of their
 * own and change the scanner meanwhile.  Build it with ThreadSanitizer, which sees races that no
 * result shows.
 *
 *     threads [ROUNDS]
 */
#include "../../core/kernels.c"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 8, RECORDS = 400 };

static const char record[] = "h - - [10/Oct/2000:13:55:36 -0700] \"GET /%d HTTP/1.1\" %d 12\n";
static char text[RECORDS * (sizeof record + 4)];
static size_t text_size;
static pthread_barrier_t start;
static const struct httpstatus_options options = {.format = HTTPSTATUS_AUTO};

/* What a thread got: a sum, the same in all threads, and how many names were wrong. */
struct result {
    uint64_t sum;
    size_t wrong;
    struct httpstatus_scanner scanner;
};

static uint64_t read_rows(void)
{
    const struct httpstatus_status *found[16];
    struct httpstatus_redirect redirect;
    const struct httpstatus_policy *policy = httpstatus_policy("fetch", 5);
    uint64_t sum = 0;

    for (size_t i = 0; i < httpstatus_row_count(); i++) {
        const struct httpstatus_status *row = httpstatus_row(i);
        sum += (uint64_t)httpstatus_code(row) + httpstatus_field(row, HTTPSTATUS_PHRASE).size;
        for (int p = 0; p < HTTPSTATUS_PROPERTIES; p++)
            sum += httpstatus_property(row, (enum httpstatus_property)p) == HTTPSTATUS_YES;
    }
    for (int code = 0; code < 1000; code++) {
        sum += (uint64_t)httpstatus_effective(code) + httpstatus_phrase(code).size;
        sum += (uint64_t)httpstatus_redirect(code, "POST", 4, HTTPSTATUS_BODY, policy, &redirect);
    }
    sum += httpstatus_search("timeout", 7, found, 16);
    sum += httpstatus_lookup_text("not found", 9, NULL, 0) == httpstatus_lookup(404);
    return sum;
}

static uint64_t scan_text(struct httpstatus_scanner *scanner)
{
    uint64_t sum = 0;

    httpstatus_scanner_init(scanner, &options, NULL);
    for (size_t at = 0; at < text_size; at += 1000)
        httpstatus_scan(scanner, text + at, text_size - at < 1000 ? text_size - at : 1000, NULL, 0,
                        NULL);
    httpstatus_finish(scanner, NULL, 0);
    for (int status = 0; status < 1000; status++)
        sum += (uint64_t)status * httpstatus_tally_count(httpstatus_scanner_tally(scanner), status);
    return sum;
}

static bool is_name(const char *name)
{
    for (size_t i = 0; httpstatus_scanner_at(i); i++)
        if (httpstatus_scanner_at(i) == name)
            return true;
    return false;
}

static void *work(void *argument)
{
    struct result *result = argument;

    pthread_barrier_wait(&start);
    result->sum = scan_text(&result->scanner); /* the first call of all */
    result->wrong += !is_name(httpstatus_scanner_name());
    result->sum += read_rows();
    for (size_t i = 0; httpstatus_scanner_at(i); i++) {
        const char *name = httpstatus_scanner_at(i);
        result->wrong += !httpstatus_scanner_use(name, strlen(name));
        result->sum += scan_text(&result->scanner);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    long rounds = argc > 1 ? atol(argv[1]) : 8;
    size_t passed = 0, failed = 0;
    static struct result results[THREADS], alone;

    for (int i = 0; i < RECORDS; i++)
        text_size += (size_t)snprintf(text + text_size, sizeof text - text_size, record, i,
                                      i % 9 ? 200 + i : 500);
    pthread_barrier_init(&start, NULL, 1);
    work(&alone);
    pthread_barrier_destroy(&start);
    for (long round = 0; round < rounds; round++) {
        pthread_t threads[THREADS];
#if defined(KERNELS_X86) || defined(KERNELS_ARM)
        choose(NULL); /* no choice yet, as in a new process */
#endif
        pthread_barrier_init(&start, NULL, THREADS);
        for (int i = 0; i < THREADS; i++)
            if (pthread_create(&threads[i], NULL, work, &results[i]) != 0)
                return 2;
        for (int i = 0; i < THREADS; i++) {
            pthread_join(threads[i], NULL);
            bool good = results[i].sum == alone.sum && results[i].wrong == 0 &&
                        httpstatus_tally_equal(httpstatus_scanner_tally(&results[i].scanner),
                                               httpstatus_scanner_tally(&alone.scanner));
            passed += good;
            failed += !good;
        }
        pthread_barrier_destroy(&start);
    }
    printf("%d threads, %ld times: %" PRIu64 "\n", THREADS, rounds, alone.sum);
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed != 0;
}
