/* Batches of records as Arrow's arrays, each of which owns its memory. */
#include "_arrow.h"

#include <errno.h>

/* How many rows a batch has at most, and how many bytes of text make it full. */
enum { ROWS = 64 * 1024, TEXT_FULL = 8 * 1024 * 1024, TEXT_FIRST = 64 * 1024 };

/* ---- Columns ---- */

typedef struct {
    const void *buffers[3]; /* as the consumer gets them */
    uint8_t *valid;         /* a bit a row; NULL: there is no null so far */
    char *values;           /* numbers, or where texts begin and the last one ends */
    char *text;             /* NULL for numbers */
    size_t size, room;      /* of the text */
} Column;

static void release_column(struct ArrowArray *array)
{
    Column *column = array->private_data;

    PyMem_RawFree(column->valid);
    PyMem_RawFree(column->values);
    PyMem_RawFree(column->text);
    PyMem_RawFree(column);
    array->release = NULL;
}

static int column_begin(const Kind *kind, struct ArrowArray *array)
{
    const size_t width = kind->value ? (size_t)kind->width : sizeof(int64_t);
    Column *column = PyMem_RawCalloc(1, sizeof *column);

    if (!column)
        return ENOMEM;
    *array = (struct ArrowArray){
        .n_buffers = kind->value ? 2 : 3,
        .buffers = column->buffers,
        .release = release_column,
        .private_data = column,
    };
    column->values = PyMem_RawMalloc((ROWS + 1) * width);
    if (!kind->value)
        column->text = PyMem_RawMalloc(column->room = TEXT_FIRST);
    if (!column->values || (!kind->value && !column->text))
        return ENOMEM;
    memset(column->values, 0, width);
    return 0;
}

static int add_null(struct ArrowArray *array)
{
    Column *column = array->private_data;
    const size_t size = ROWS / 8;

    if (!column->valid) {
        column->valid = PyMem_RawMalloc(size);
        if (!column->valid)
            return ENOMEM;
        memset(column->valid, 0xff, size);
    }
    column->valid[array->length / 8] &= (uint8_t) ~(1U << array->length % 8);
    array->null_count++;
    return 0;
}

/* ---- Numbers ---- */

static int add_value(const Kind *kind, struct ArrowArray *array, const Row *row)
{
    Column *column = array->private_data;
    int64_t value;
    const bool known = kind->value(row, &value);
    char *const place = column->values + array->length * kind->width;

    if (!known)
        value = 0;
    const int16_t small = (int16_t)value; /* of an unsigned type, the same bits */
    if (kind->width == (int)sizeof small)
        memcpy(place, &small, sizeof small);
    else
        memcpy(place, &value, sizeof value);
    return known ? 0 : add_null(array);
}

/* ---- Texts ---- */

/* "\xff" for a byte takes the place of what is not UTF-8. */
enum { WIDEST = 4 };

static bool is_tail(const char *p)
{
    return ((unsigned char)*p & 0xc0) == 0x80;
}

/* How many bytes the character at p has, which is not ASCII; 0 if it is not UTF-8. */
static int size_of_character(const char *p, const char *end)
{
    const unsigned char first = (unsigned char)p[0];
    const int size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;

    if (size == 0 || end - p < size)
        return 0;
    for (int i = 1; i < size; i++)
        if (!is_tail(p + i))
            return 0;
    const unsigned char second = (unsigned char)p[1];
    const bool longer = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
    const bool beyond = (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
    return longer || beyond ? 0 : size;
}

static const char *end_of_ascii(const char *p, const char *end)
{
    uint64_t bytes;

    for (; end - p >= (ptrdiff_t)sizeof bytes; p += sizeof bytes) {
        memcpy(&bytes, p, sizeof bytes);
        if (bytes & 0x8080808080808080U)
            break;
    }
    while (p < end && (unsigned char)*p < 0x80)
        p++;
    return p;
}

static char *put_byte(char *out, unsigned char byte)
{
    static const char digits[] = "0123456789abcdef";

    memcpy(out, (const char[]){'\\', 'x', digits[byte >> 4], digits[byte & 15]}, WIDEST);
    return out + WIDEST;
}

/* Writes the text as UTF-8; 'out' may lie before it, if WIDEST times its size does not reach it. */
static char *put_utf8_of(char *out, const char *p, const char *end)
{
    while (p < end) {
        const char *const ascii = end_of_ascii(p, end);
        memmove(out, p, (size_t)(ascii - p));
        out += ascii - p;
        p = ascii;
        const int size = p < end ? size_of_character(p, end) : 0;
        if (size) {
            memmove(out, p, (size_t)size);
            out += size;
            p += size;
        } else if (p < end) {
            out = put_byte(out, (unsigned char)*p++);
        }
    }
    return out;
}

static bool make_room(Column *column, size_t more)
{
    size_t room = 2 * column->room;

    if (column->room - column->size >= more)
        return true;
    if (room < column->size + more)
        room = column->size + more;
    char *larger = PyMem_RawRealloc(column->text, room);
    if (larger) {
        column->text = larger;
        column->room = room;
    }
    return larger != NULL;
}

static struct httpstatus_text text_of_row(const Row *row, int part)
{
    const char *name;

    if (part < HTTPSTATUS_PARTS)
        return row->record->parts[part];
    if (part == ROW_LINE)
        return (struct httpstatus_text){row->p, (size_t)(row->line->end - row->line->start)};
    name = httpstatus_format_name(row->line->format);
    return (struct httpstatus_text){name, name ? strlen(name) : 0};
}

static enum httpstatus_escape escape_of_row(const Row *row, int part)
{
    return part < HTTPSTATUS_PARTS ? row->record->escapes[part] : HTTPSTATUS_ESCAPE_NONE;
}

/* Makes UTF-8 of the text at 'out', which has room for WIDEST times its size; returns its end. */
static char *make_utf8(char *out, size_t size)
{
    char *const end = out + size, *const copy = out + WIDEST * size;

    if (end_of_ascii(out, end) == end)
        return end;
    memcpy(copy, out, size);
    return put_utf8_of(out, copy, copy + size);
}

/* Appends a text, for which there is room WIDEST + 1 times. */
static void put_text(Column *column, struct httpstatus_text text, enum httpstatus_escape escape,
                     bool binary)
{
    char *const out = column->text + column->size;
    const size_t size = httpstatus_unescape(text, escape, out);

    column->size += binary ? size : (size_t)(make_utf8(out, size) - out);
}

/* Adds what it takes to 'all'. */
static int add_text(const Kind *kind, struct ArrowArray *array, const Row *row, bool binary,
                    size_t *all)
{
    Column *column = array->private_data;
    const struct httpstatus_text text = text_of_row(row, kind->part);
    const size_t before = column->size;

    if (text.size > SIZE_MAX / (WIDEST + 1) || !make_room(column, (WIDEST + 1) * text.size))
        return ENOMEM;
    if (text.size)
        put_text(column, text, escape_of_row(row, kind->part), binary);
    *all += column->size - before;
    const int64_t end = (int64_t)column->size;
    memcpy(column->values + (array->length + 1) * (int64_t)sizeof end, &end, sizeof end);
    return text.data ? 0 : add_null(array);
}

/* ---- Batches ---- */

typedef struct {
    size_t size;            /* of all texts */
    const void *buffers[1]; /* of a row as a whole, which is never null */
    struct ArrowArray columns[KINDS_OF_COLUMNS], *children[KINDS_OF_COLUMNS];
} Batch;

/* A consumer may have taken columns, which it then releases by themselves. */
static void release_batch(struct ArrowArray *batch)
{
    for (int64_t i = 0; i < batch->n_children; i++)
        if (batch->children[i]->release)
            batch->children[i]->release(batch->children[i]);
    PyMem_RawFree(batch->private_data);
    batch->release = NULL;
}

int batch_begin(const Columns *columns, struct ArrowArray *batch)
{
    Batch *own = PyMem_RawCalloc(1, sizeof *own);
    int code = own ? 0 : ENOMEM;

    if (!own)
        return code;
    *batch = (struct ArrowArray){
        .n_buffers = 1,
        .buffers = own->buffers,
        .children = own->children,
        .release = release_batch,
        .private_data = own,
    };
    while (code == 0 && batch->n_children < columns->count) {
        const int64_t i = batch->n_children++;
        own->children[i] = &own->columns[i];
        code = column_begin(columns->kinds[i], &own->columns[i]);
    }
    return code;
}

bool batch_is_full(const struct ArrowArray *batch)
{
    const Batch *own = batch->private_data;

    return batch->length == ROWS || own->size >= TEXT_FULL;
}

int batch_add(const Columns *columns, struct ArrowArray *batch, const Row *row)
{
    Batch *own = batch->private_data;
    int code = 0;

    for (int i = 0; code == 0 && i < columns->count; i++) {
        const Kind *kind = columns->kinds[i];
        struct ArrowArray *array = &own->columns[i];
        code = kind->value ? add_value(kind, array, row)
                           : add_text(kind, array, row, columns->binary, &own->size);
        array->length++;
    }
    batch->length++;
    return code;
}

void batch_end(struct ArrowArray *batch)
{
    for (int64_t i = 0; i < batch->n_children; i++) {
        Column *column = batch->children[i]->private_data;
        column->buffers[0] = column->valid;
        column->buffers[1] = column->values;
        column->buffers[2] = column->text;
    }
}
