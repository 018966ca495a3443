/*
 * httpstatus_log.h - logs: their formats, their counts, the parts of a record
 *
 * Part of httpstatus.h, which includes it and says what holds for the whole library.
 */
#ifndef HTTPSTATUS_LOG_H
#define HTTPSTATUS_LOG_H

#include "httpstatus_base.h"

HTTPSTATUS_BEGIN
struct httpstatus_status; /* a row of the table: see httpstatus.h */

/* State of the library in your memory: bytes of a fixed size, aligned for whatever they hold. */
#define HTTPSTATUS_OPAQUE(size)                                                                    \
    union { unsigned char bytes[size]; uint64_t number; const void *pointer; } opaque

/* ---- Logs ---------------------------------------------------------------------------------- */
enum httpstatus_format { /* what a log is in */
    HTTPSTATUS_FORMAT_NONE, /* no format, or several */
    HTTPSTATUS_AUTO,        /* for each line, the first format below that matches the whole line */
    HTTPSTATUS_CLOUDFRONT,  /* Amazon CloudFront: W3C extended, separated by tabs */
    HTTPSTATUS_W3C,         /* W3C extended, separated by blanks: IIS */
    HTTPSTATUS_ZEEK,        /* Zeek's http.log, as tab-separated values */
    HTTPSTATUS_CSV, /* Comma-separated: API Gateway's template, IIS's own format, Cloud Storage's
        usage logs */
    HTTPSTATUS_ELB,         /* AWS load balancers, classic and ALB */
    HTTPSTATUS_S3,          /* Amazon S3 server access logs */
    HTTPSTATUS_HAPROXY,     /* HAProxy's HTTP log */
    HTTPSTATUS_SQUID,       /* Squid's native log */
    HTTPSTATUS_ENVOY,       /* Envoy's and Istio's default log */
    HTTPSTATUS_NPM,         /* Nginx Proxy Manager's logs of its hosts */
    HTTPSTATUS_LOGFMT,      /* logfmt: pairs key=value, with a status beside a method */
    HTTPSTATUS_LTSV,        /* LTSV: label:value, separated by tabs */
    HTTPSTATUS_JSON,        /* JSON objects, one or more per line */
    HTTPSTATUS_CONSOLE,     /* Application servers' lines: uvicorn, Werkzeug, Django */
    HTTPSTATUS_CLF,         /* NCSA common and combined, and lines that contain either */
    HTTPSTATUS_CUSTOM,      /* the server's own format string */
    HTTPSTATUS_FORMATS      /* how many there are */
};
/*
 * "auto", "clf" ...; NULL for NONE.  And back, also from a name by habit: "common", "combined",
 * "vhost_combined", "nginx" and "apache" are clf, "iis" is w3c, "alb" is elb, and "docker" is json,
 * which reads what Docker wraps in it.  NONE for any other name.
 */
HTTPSTATUS_API const char *httpstatus_format_name(enum httpstatus_format format);
HTTPSTATUS_API enum httpstatus_format httpstatus_format(const char *name, size_t size);
/*
 * What a row means in a log of the format: the row itself if it is IANA's or the logs have no
 * writer of their own, else the writer's row of its code and sub-status, if any.  NULL for NULL.
 */
HTTPSTATUS_API const struct httpstatus_status *
httpstatus_written(const struct httpstatus_status *row, enum httpstatus_format format);
/*
 * The i-th of the usual keys of JSON logs, in order of precedence; absent past the last.  The first
 * that has a status in an object counts.  Names that mean other numbers too, such as "code", have
 * one only from 100 on, and beside the method of a request; "http.status" has none in an event of
 * another kind ("event_type").
 */
HTTPSTATUS_API struct httpstatus_text httpstatus_usual_key(size_t i);

enum { HTTPSTATUS_LOCATOR_SIZE = 1792 };
struct httpstatus_locator { HTTPSTATUS_OPAQUE(HTTPSTATUS_LOCATOR_SIZE); }; /* of a format string */
struct httpstatus_options { /* how to read a log; usually all zeros except the format */
    enum httpstatus_format format;
    struct httpstatus_text key;    /* json: where the status is, a path of 1 to 8 names and dots
                                      ("http.response.status_code") that JSON may divide in any
                                      way; absent: the usual keys */
    struct httpstatus_text fields; /* w3c, cloudfront, zeek: for a file without "#Fields" */
    bool target;                   /* elb: the status of the target, not of the load balancer */
    struct httpstatus_locator locator; /* custom: made by httpstatus_options_format() */
};

/* The byte, from 1, at which a format string is wrong, and why; NULL: not a format string. */
struct httpstatus_format_error { size_t column; const char *message; };
/*
 * Sets the format from its name or from the server's own format string: Apache's LogFormat
 * ("%h %l %u %t \"%r\" %>s %b"), nginx's log_format ("$remote_addr ... $status"), AWS's
 * ("$context.status"), HAProxy's log-format ("%ci:%cp [%tr] ... %ST"), Squid's logformat
 * ("%ts.%03tu ... %03>Hs"), gunicorn's access_log_format ("%(h)s ... %(s)s"), morgan's tokens
 * (":method :url :status") or a template of Caddy's encoder "transform" ("{ts} {status}",
 * "{common_log}").
 *
 * Clients write parts of a line, but none may choose its status.  Normally the text before the
 * status locates it, the byte after it ends it, and the rest of the line is ignored.  If a field
 * before it can contain that text ("%m %U %>s %b", "$request $status"), the line is matched from
 * its end: it must be as the string says up to there or, if the string ends in text, up to the
 * only place where that fits.  If a field after it can too ("%U %>s %{Referer}i"), the string is
 * refused.  If the server cuts long lines, put what clients write in quotes, so that the text
 * before locates the status.  A field's name says what it can contain; what clients write has its
 * quotes and control bytes escaped; a field with an unknown name is taken not to contain the text
 * beside it.  A string may have 64 texts before the status and 512 bytes of text, 256 of them after
 * a status that is matched from the end.
 *
 * false, with 'error' set, if it is neither a name nor a format string, or if the status cannot be
 * found for certain: the error is then at the field or text in the way.
 */
HTTPSTATUS_API bool httpstatus_options_format(struct httpstatus_options *options, const char *p,
                                              size_t size, struct httpstatus_format_error *error);
/*
 * A given option that does not apply to the format, and so does nothing: "key", "fields" or
 * "target"; NULL if there is none.  Sets '*formats' to those that it applies to: "elb or auto";
 * NULL if it applies to none, like "fields" without sc-status: see httpstatus_expected().
 */
HTTPSTATUS_API const char *httpstatus_options_check(const struct httpstatus_options *options,
                                                    const char **formats);

enum httpstatus_content { /* what a file is; the scanner reads only plain text */
    HTTPSTATUS_CONTENT_PLAIN,
    HTTPSTATUS_CONTENT_UNTOLD, /* too few bytes to tell: one of those below begins with them */
    HTTPSTATUS_CONTENT_GZIP, HTTPSTATUS_CONTENT_BZIP2,
    HTTPSTATUS_CONTENT_XZ, HTTPSTATUS_CONTENT_ZSTD,
    HTTPSTATUS_CONTENT_UTF_16 /* with a byte order mark */
};
/* What a file that begins with these bytes is.  If they are all of it, UNTOLD means plain. */
enum { HTTPSTATUS_CONTENT_SIZE = 15 /* this many bytes always tell */ };
HTTPSTATUS_API enum httpstatus_content httpstatus_content(const char *p, size_t size);
/* Its name: "gzip", "bzip2", "xz", "zstd" or "UTF-16"; NULL for PLAIN and UNTOLD. */
HTTPSTATUS_API const char *httpstatus_content_name(enum httpstatus_content content);
enum { /* a status as logged, MIN..MAX, or one of the three that say why there is none */
    HTTPSTATUS_STATUS_MIN = -1, HTTPSTATUS_STATUS_MAX = 999,
    HTTPSTATUS_NO_STATUS = -2, /* a record whose status is "-" */
    HTTPSTATUS_UNMATCHED = -3, /* not a record of the format */
    HTTPSTATUS_SKIPPED = -4    /* blank, or a comment of the format */
};
struct httpstatus_line { /* a record, or a line that is not one */
    uint64_t start, end; /* its bytes [start, end), counted from the first one scanned, without LF
                            or CR LF; the records of a line divide its bytes among them, and one
                            that is wrapped over several lines has those of the last */
    uint64_t number; /* of the line that it begins on, from 1 */
    int status;      /* or why there is none: HTTPSTATUS_NO_STATUS, _UNMATCHED or _SKIPPED */
    int substatus;   /* 0: none */
    enum httpstatus_format format; /* of a record whose bytes are all on this line; else NONE */
};

/* ---- Counts -------------------------------------------------------------------------------- */
enum { HTTPSTATUS_FIRST_UNMATCHED = 10, HTTPSTATUS_PAIRS = 256, HTTPSTATUS_KEYS = 32 };
struct httpstatus_pair { uint16_t status, substatus; uint64_t count; }; /* the records with both */
struct httpstatus_tally { /* how many there are of each kind; a zeroed one is empty */
    uint64_t lines, records, no_status, skipped, unmatched; /* a line may hold several records, and
                                                               a record may span several lines */
    uint64_t excluded; /* records that do not meet conditions: only formats and keys count them */
    uint64_t untimed;  /* those of them whose time is unknown, so that it cannot be said */
    uint64_t consumed; /* bytes up to the end of the last whole line: where to go on once the log
                          has grown, with what httpstatus_carry_out() took there */
    uint64_t counts[HTTPSTATUS_STATUS_MAX - HTTPSTATUS_STATUS_MIN + 1]; /* [status - MIN] */
    uint64_t first_unmatched[HTTPSTATUS_FIRST_UNMATCHED]; /* min(unmatched, 10) line numbers, in the
                                                             order in which they were found */
    uint64_t formats[HTTPSTATUS_FORMATS]; /* records of each format */
    uint64_t keys[HTTPSTATUS_KEYS];       /* json: records by each of the usual keys */
    struct httpstatus_pair pairs[HTTPSTATUS_PAIRS]; /* the least, in order; count 0: no more */
    uint64_t more_pairs;           /* records with a greater pair, for which there is no room */
    enum httpstatus_format format; /* the one asked for; also AUTO for a sum of several */
};
/* Records with that status; 0 for a status outside -1..999. */
HTTPSTATUS_API uint64_t httpstatus_tally_count(const struct httpstatus_tally *tally, int status);
/* Records with a status of class 1..5; 0: outside all classes. */
HTTPSTATUS_API uint64_t httpstatus_tally_class(const struct httpstatus_tally *tally, int digit);
/* The format asked for; for AUTO the one of all records, NONE if there is none, or several. */
HTTPSTATUS_API enum httpstatus_format httpstatus_tally_format(const struct httpstatus_tally *tally);
/*
 * The key that gave all JSON records their status: 'own', that of the options (absent: none), if
 * JSON was asked for or found, else the usual key; absent if there is none, or several.
 */
HTTPSTATUS_API struct httpstatus_text httpstatus_tally_key(const struct httpstatus_tally *tally,
                                                           struct httpstatus_text own);
/* The 'own' of a sum: both tallies', or one's if the other has no key and no records; or absent. */
HTTPSTATUS_API struct httpstatus_text
httpstatus_tally_sum_key(const struct httpstatus_tally *tally, struct httpstatus_text own,
                         const struct httpstatus_tally *more, struct httpstatus_text own_of_more);
/*
 * Whether two tallies agree in everything, including format and numbers of unmatched lines, except
 * in how many bytes they have consumed: line ends differ.
 */
HTTPSTATUS_API bool httpstatus_tally_equal(const struct httpstatus_tally *a,
                                           const struct httpstatus_tally *b);
/*
 * Adds the tally of the log that follows: the line numbers of 'more' are shifted by the lines so
 * far.  The format stays if both were asked for it or one has no lines, else it becomes AUTO.
 */
HTTPSTATUS_API void httpstatus_tally_add(struct httpstatus_tally *tally,
                                         const struct httpstatus_tally *more);

enum { HTTPSTATUS_FILTER_PAIRS = 32 };
struct httpstatus_filter { /* which lines are wanted; a zeroed one wants none */
    uint64_t statuses[(HTTPSTATUS_STATUS_MAX - HTTPSTATUS_STATUS_MIN) / 64 + 1];
    bool no_status, unmatched;
    bool invert; /* wants all other lines instead, including skipped ones */
    unsigned pair_count;
    struct { int status, substatus; } pairs[HTTPSTATUS_FILTER_PAIRS];
};
/*
 * Wants more lines: those of a class ("5xx"), a status ("404"), a status and sub-status ("403.14"),
 * "error" (4xx and 5xx), "redirect" (301 302 303 307 308), "no_status", "unmatched", or a property
 * by its name ("is_cacheable"): the codes for whose primary row, or stand-in, the answer is yes.
 * false, with nothing changed, if the text is none of these or there is no room for another pair.
 */
HTTPSTATUS_API bool httpstatus_filter_add(struct httpstatus_filter *filter, const char *p,
                                          size_t size);
/* Wants the lines with that status; false if it is outside -1..999. */
HTTPSTATUS_API bool httpstatus_filter_add_status(struct httpstatus_filter *filter, int status);
/* Whether it wants that status, SKIPPED..999, and substatus (0: none), with 'invert' applied. */
HTTPSTATUS_API bool httpstatus_filter_wants(const struct httpstatus_filter *filter, int status,
                                            int substatus);

/* ---- Scanning ------------------------------------------------------------------------------ */
/* How many bytes to read from a file at a time, preferably to an address on a cache line. */
enum { HTTPSTATUS_READ_SIZE = 2 * 1024 * 1024, HTTPSTATUS_READ_ALIGNMENT = 64 };
/*
 * A log being scanned, and what crosses the end of a part of it.  Copy them by assignment.  An
 * eighth or more is spare, so that no patch release changes their size.
 */
enum { HTTPSTATUS_SCANNER_SIZE = 42 * 1024, HTTPSTATUS_CARRY_SIZE = 13 * 1024 };
struct httpstatus_scanner { HTTPSTATUS_OPAQUE(HTTPSTATUS_SCANNER_SIZE); };
struct httpstatus_carry { HTTPSTATUS_OPAQUE(HTTPSTATUS_CARRY_SIZE); };
/*
 * Initializes a scanner.  'filter' (NULL: all) and the key of the options must outlive the scan.
 * false if the key is not a path of 1 to 8 names, or the custom format has no format string.
 */
HTTPSTATUS_API bool httpstatus_scanner_init(struct httpstatus_scanner *scanner,
                                            const struct httpstatus_options *options,
                                            const struct httpstatus_filter *filter);
/*
 * Scans the next 'size' bytes of the log, which may end anywhere, and counts every finished line.
 * With 'lines', also stores there those that the filter wants, at most 'capacity' (1 or more),
 * returns how many, and sets '*used' to the bytes consumed: call again with the rest.  Without it,
 * consumes all bytes and returns 0; 'used' may be NULL.  A line may have begun in an earlier piece:
 * to see it, keep the bytes from httpstatus_scanner_line_start() on.  Takes about 70 KiB of stack.
 */
HTTPSTATUS_API size_t
httpstatus_scan(struct httpstatus_scanner *scanner, const char *p, size_t size,
                struct httpstatus_line *lines, size_t capacity, size_t *used);
/* Ends the log: its last line counts even without LF.  Stores as above; call until it returns 0. */
HTTPSTATUS_API size_t httpstatus_finish(struct httpstatus_scanner *scanner,
                                        struct httpstatus_line *lines, size_t capacity);
/* The same if the log could not be read to its end: an unfinished line is unmatched. */
HTTPSTATUS_API size_t httpstatus_finish_torn(struct httpstatus_scanner *scanner,
                                             struct httpstatus_line *lines, size_t capacity);
/* The counts so far.  They are in the scanner and change as it goes on: copy them to keep them. */
HTTPSTATUS_API const struct httpstatus_tally *
httpstatus_scanner_tally(const struct httpstatus_scanner *scanner);
/* Where the unfinished record begins, in bytes from the first one scanned. */
HTTPSTATUS_API uint64_t httpstatus_scanner_line_start(const struct httpstatus_scanner *scanner);
/* Whether a line is unfinished, or a record that is or may be wrapped over several. */
HTTPSTATUS_API bool httpstatus_scanner_is_open(const struct httpstatus_scanner *scanner);
/*
 * To scan a log in parts, which end with lines: carry_out() takes what crosses the end of the bytes
 * scanned so far (the last #Fields, records wrapped over lines), carry_in() gives it to a newly
 * initialized scanner.  The tallies then add up to that of the whole; finish only the last part.
 * Zero the carry for the start of a log.  A carry may be sent to another process of the same build.
 */
HTTPSTATUS_API void httpstatus_carry_out(const struct httpstatus_scanner *scanner,
                                         struct httpstatus_carry *carry);
HTTPSTATUS_API void httpstatus_carry_in(struct httpstatus_scanner *scanner,
                                        const struct httpstatus_carry *carry);
/* Whether a part has the same tally with either of them at its start; false if unknown. */
HTTPSTATUS_API bool httpstatus_carry_equal(const struct httpstatus_carry *a,
                                           const struct httpstatus_carry *b);
/*
 * The implementation that scans logs, named after its instruction set: "avx2", "scalar" and so on.
 * All give the same answers; the fastest that this CPU supports is used.
 */
HTTPSTATUS_API const char *httpstatus_scanner_name(void);   /* the one in use */
HTTPSTATUS_API const char *httpstatus_scanner_at(size_t i); /* those here, fastest first; NULL */
/* Uses another in the whole process, for tests and measurements; false if there is none here. */
HTTPSTATUS_API bool httpstatus_scanner_use(const char *name, size_t size);

/* ---- An option for a log that fits no format ----------------------------------------------- */
enum { HTTPSTATUS_SUGGEST_HEAD = 1024 * 1024, HTTPSTATUS_SUGGESTION = 1024 };
struct httpstatus_suggestion {
    size_t size;                      /* of the option's value: 'text', which no NUL ends */
    char text[HTTPSTATUS_SUGGESTION]; /* ASCII that can be printed */
    uint64_t matched, lines; /* the records that the option reads in the head; those and the lines
                                that are none, without blank ones */
};
/*
 * Looks for an option that reads a log which fits no format, by its first bytes: of more than 1 MiB
 * only the first and whole lines count.  Returns the name of the option, "format" or "key", and
 * sets the suggestion; NULL if auto understands most of the log, or nothing is found for certain.
 *
 * A column of the lines, or a path in their JSON, must always have a number from 100 to 599 or "-",
 * and nearly always one that the table knows; the lines must have a method or a path too.  Of two
 * such columns the one that is called a status, or is right behind the request, is taken; if two
 * are as good, none is.  What is suggested has read the head: nine of ten lines, none with another
 * status.  A format string is made of nginx's names, and of made-up ones ($c3) for columns whose
 * meaning is unknown: see httpstatus_options_format() for what it takes for granted.
 *
 * 'scanner' is room to read with; what it held is lost.  Takes about 100 KiB of stack.
 */
HTTPSTATUS_API const char *httpstatus_suggest(struct httpstatus_scanner *scanner, const char *p,
                                              size_t size,
                                              struct httpstatus_suggestion *suggestion);

/* ---- Parts of a record --------------------------------------------------------------------- */
enum httpstatus_part { /* what a record may say beside its status */
    HTTPSTATUS_PART_TIME, /* when the request came or was logged, whichever the format says */
    HTTPSTATUS_PART_CLIENT,          /* the peer's address, without its port */
    HTTPSTATUS_PART_FORWARDED_FOR,   /* the addresses that X-Forwarded-For lists */
    HTTPSTATUS_PART_USER,            /* the authenticated user */
    HTTPSTATUS_PART_HOST, /* the virtual host or authority that was asked; a virtual host's port is
        dropped */
    HTTPSTATUS_PART_METHOD,          /* the request's method */
    HTTPSTATUS_PART_TARGET,          /* the request's target as sent, with its query */
    HTTPSTATUS_PART_PATH,            /* the path of the target */
    HTTPSTATUS_PART_QUERY,           /* the query of the target, without the question mark */
    HTTPSTATUS_PART_PROTOCOL,        /* the request's version: HTTP/1.1 */
    HTTPSTATUS_PART_BYTES,           /* the logged size of the response, in bytes */
    HTTPSTATUS_PART_REFERER,         /* the Referer field */
    HTTPSTATUS_PART_AGENT,           /* the User-Agent field */
    HTTPSTATUS_PART_DURATION,        /* how long the whole request took, in seconds */
    HTTPSTATUS_PART_UPSTREAM_STATUS, /* the status that the server behind this one sent; of several,
        the last */
    HTTPSTATUS_PARTS                 /* how many there are */
};
enum httpstatus_escape { /* how the writer escaped a part */
    HTTPSTATUS_ESCAPE_NONE,      /* nothing is escaped */
    HTTPSTATUS_ESCAPE_BACKSLASH, /* \xHH, and a backslash before a quote, a backslash or a letter
        such as n: Apache, nginx */
    HTTPSTATUS_ESCAPE_HASH,      /* #HH: HAProxy */
    HTTPSTATUS_ESCAPE_PERCENT,   /* %HH: CloudFront, Squid */
    HTTPSTATUS_ESCAPE_JSON       /* the escapes of JSON strings */
};
HTTPSTATUS_API const char *httpstatus_part_name(enum httpstatus_part part); /* "time" ... */
HTTPSTATUS_API bool httpstatus_part_find(const char *name, size_t size, enum httpstatus_part *part);
struct httpstatus_record { /* where the parts of a record are, as they were logged */
    struct httpstatus_text parts[HTTPSTATUS_PARTS]; /* absent: the format has none, or "-" */
    enum httpstatus_escape escapes[HTTPSTATUS_PARTS];
    int duration_unit; /* the duration is in units of 10^this seconds: 0, -3, -6, -9 */
    bool utc;          /* the format says that a time without a zone is UTC */
};
enum { HTTPSTATUS_ALL_PARTS = (1 << HTTPSTATUS_PARTS) - 1 };
/*
 * Divides a record that the scanner has found: 'line' as httpstatus_scan() gave it, 'p' its bytes
 * [start, end).  Call it before scanning on: the scanner holds the last #Fields.  A part that the
 * format does not have, or whose place a client could have moved, is absent.  The parts
 * are in the line or, where they had to be put together or taken out of JSON, in 'buffer', which
 * has room for twice as many bytes as the line.  'wanted' has the bit 1 << HTTPSTATUS_PART_... of
 * each part that the caller will read; others may be absent, which can save most of the time.
 */
HTTPSTATUS_API void httpstatus_record(const struct httpstatus_scanner *scanner,
                                      const struct httpstatus_line *line, const char *p,
                                      char *buffer, unsigned wanted,
                                      struct httpstatus_record *record);
/*
 * Undoes the escapes of a part, once, into 'out', which has room for text.size bytes; returns how
 * many it wrote.  What is not an escape stands for itself.  The result may be of any bytes: half a
 * surrogate pair in JSON becomes three, which are no UTF-8.
 */
HTTPSTATUS_API size_t httpstatus_unescape(struct httpstatus_text text,
                                          enum httpstatus_escape escape, char *out);
/* "none", "backslash" ...: the i-th, NULL past the last; and back: false for any other name. */
HTTPSTATUS_API const char *httpstatus_escape_name(size_t i);
HTTPSTATUS_API bool httpstatus_escape_find(const char *name, size_t size,
                                           enum httpstatus_escape *escape);
/* The size of the response; -1: absent, or not a number of at most 18 digits. */
HTTPSTATUS_API int64_t httpstatus_record_bytes(const struct httpstatus_record *record);
/*
 * In nanoseconds, cut to whole ones; -1: absent, negative, not a number, or longer than 292 years.
 * A unit at its end ("12ms", "0.5s") takes the place of the record's.
 */
HTTPSTATUS_API int64_t httpstatus_record_duration(const struct httpstatus_record *record);
/* 0..999, the last of a list; HTTPSTATUS_NO_STATUS: absent, or the last is "-" or not a status. */
HTTPSTATUS_API int httpstatus_record_upstream(const struct httpstatus_record *record);

enum { HTTPSTATUS_ZONE_MAX = 86399 }; /* 23:59:59, as seconds */
struct httpstatus_clock { /* what a time may leave out; a zeroed one knows nothing */
    bool has_zone, has_reference;
    int zone;          /* of times without one: seconds east of UTC, -ZONE_MAX to ZONE_MAX */
    int64_t reference; /* for times without a year, in seconds since 1970: the year is the latest in
                          which the time, without its fraction, is not after this one; one outside
                          the years 1 to 9999 counts as none */
};
struct httpstatus_time {
    int64_t seconds; /* since 1970-01-01T00:00:00Z, or since that time in the unknown zone */
    int nanoseconds; /* 0 to 999,999,999; of more digits, the first nine */
    bool has_zone;   /* the zone is known */
};
/*
 * Reads a time as servers log it, in one of these forms:
 *   "10/Oct/2000:13:55:36 -0700"  Apache's; the day may have one digit, and Python writes a blank
 *                                 before the hour
 *   "2000-10-10T13:55:36Z"        ISO 8601 and RFC 3339; a blank or a tab may stand for 'T'
 *   "Oct 10 13:55:36"             syslog's, which has no year and no zone, and needs a reference; a
 *                                 day of one digit may have a blank or a zero before it
 *   "2000/10/10 13:55:36"         Go's, in Gin with " - " before the hour; it has no zone
 *   "Tue Oct 10 13:55:36 2000"    asctime()'s, which has no zone and no fraction; the weekday is
 *                                 not compared with the date
 *   "971211336"                   a number since 1970: seconds of at most 11 digits, milliseconds
 *                                 of 12 to 14, microseconds of 15 to 17, nanoseconds of 18 and 19
 * All but asctime()'s may have a fraction after a point; ISO 8601's also after a comma.  The zone
 * of the first two is 'Z', "+02", "+0200" or "+02:00", also after a blank, up to 23:59; it may be
 * missing, and is then that of 'clock', if it knows one.  Brackets around it all are dropped.
 * Letters count with their case.  false, with '*time' as it was, for any other text, and for a time
 * that does not exist: a leap second, 24:00, February 30, a year outside 1..9999.  'clock' may be
 * NULL.
 */
HTTPSTATUS_API bool httpstatus_parse_time(const char *p, size_t size,
                                          const struct httpstatus_clock *clock,
                                          struct httpstatus_time *time);
/* That of a record; false if it is absent, of more than 64 bytes, or cannot be read. */
HTTPSTATUS_API bool httpstatus_record_time(const struct httpstatus_record *record,
                                           const struct httpstatus_clock *clock,
                                           struct httpstatus_time *time);

/* ---- Conditions on parts ------------------------------------------------------------------- */
struct httpstatus_conditions { /* what the parts of a record must be; a zeroed one takes all */
    bool has_since, has_until;
    struct httpstatus_time since, until; /* from 'since' on, before 'until'; the zone is UTC */
    struct httpstatus_clock clock;       /* for times without a zone or a year */
    struct httpstatus_text method;       /* a token, with its letter case; absent: any */
    struct httpstatus_text path;         /* how the path begins, its escapes undone */
    struct httpstatus_text exclude_path; /* how it must not begin: also met without a path */
    struct httpstatus_text host;         /* in any letter case; without a port, any port fits */
};
/*
 * A condition that no record could meet: "method" if it is not a token, "host" if it is empty; NULL
 * if there is none.  See httpstatus_expected().
 */
HTTPSTATUS_API const char *
httpstatus_conditions_check(const struct httpstatus_conditions *wanted);
/*
 * Whether a record meets all of them.  One that lacks a part does not.  UNKNOWN: the others are
 * met, but its time cannot be read, or its zone is unknown.
 */
HTTPSTATUS_API enum httpstatus_answer
httpstatus_meets(const struct httpstatus_conditions *wanted,
                 const struct httpstatus_record *record);
/*
 * The same of a line that the scanner has found, as httpstatus_record() divides it: 'parts' are
 * those that the caller will read, with 0 for none.  One that is no record meets no conditions.  A
 * record that is wrapped over several lines has no parts.
 */
HTTPSTATUS_API enum httpstatus_answer
httpstatus_line_meets(const struct httpstatus_conditions *wanted,
                      const struct httpstatus_scanner *scanner, const struct httpstatus_line *line,
                      const char *p, char *buffer, unsigned parts,
                      struct httpstatus_record *record);
/*
 * To count only such records, give each line that the scanner finds, with the answer for it, to
 * tally_line(), in a zeroed tally, then the tally of the scanner to tally_rest(): it adds what is
 * said of the log as a whole, and counts the other records as 'excluded'.
 */
HTTPSTATUS_API void httpstatus_tally_line(struct httpstatus_tally *tally,
                                          const struct httpstatus_line *line,
                                          enum httpstatus_answer meets);
HTTPSTATUS_API void httpstatus_tally_rest(struct httpstatus_tally *tally,
                                          const struct httpstatus_tally *all);
HTTPSTATUS_END

#endif
