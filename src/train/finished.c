#include "train/finished.h"
#include "base/file.h"
#include "config/figures.h"
#include "train/saved.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_RESULT = 1000 * 1000, MOST_METRICS = 500 * 1000 * 1000, TAIL = 1000 };

/* The columns of metrics.csv; a later version may have more behind them. */
static const char COLUMNS[] = "epoch,step,learning_rate,train_loss,train_accuracy,validation_loss,"
                              "validation_accuracy";

/* The row at s, of which the whole line is there: finite numbers, or nothing, between commas. */
static bool read_row(const char *s, struct finished_row *row) {
    enum { EPOCH, STEP, RATE, TRAIN_LOSS, TRAIN_ACCURACY, LOSS, ACCURACY, FIELDS };
    double x[FIELDS];
    for (int i = 0; i < FIELDS; i++) {
        char *end = (char *)s;
        bool number = (*s >= '0' && *s <= '9') || *s == '-';
        x[i] = number ? strtod(s, &end) : (double)NAN;
        if ((number && !isfinite(x[i])) || !(*end == ',' || (*end == '\n' && i == FIELDS - 1)))
            return false;
        s = end + 1;
    }
    if (!(x[EPOCH] >= 1 && x[EPOCH] <= 1000 * 1000) || x[EPOCH] != floor(x[EPOCH]) ||
        x[ACCURACY] < 0 || x[ACCURACY] > 1)
        return false;
    *row = (struct finished_row){(int)x[EPOCH], x[TRAIN_LOSS], x[TRAIN_ACCURACY], x[LOSS],
                                 x[ACCURACY]};
    return true;
}

/* The start of the last line that ends with a line break; NULL where there is none. */
static const char *last_line(const char *text) {
    const char *end = strrchr(text, '\n');
    if (!end)
        return NULL;
    while (end > text && end[-1] != '\n')
        end--;
    return end;
}

/* The last row of metrics.csv, whose content result.json vouches for. */
static int read_metrics(struct finished_row *row, const char *directory, const char *sha256,
                        struct error *e) {
    char path[FILE_PATH], hex[SHA256_HEX];
    size_t size, header = sizeof COLUMNS - 1;
    if (file_join(path, sizeof path, directory, "metrics.csv", e) != 0)
        return -1;
    char *text = file_read(path, MOST_METRICS, &size, e);
    if (!text)
        return -1;
    sha256_hex(text, size, hex);
    const char *line = last_line(text);
    int result = 0;
    if (strcmp(hex, sha256) != 0)
        result = error_input(e, "%s: is not the file that result.json was written with", path);
    else if (strncmp(text, COLUMNS, header) != 0 || !strchr(",\n", text[header]) || !line)
        result = error_input(e, "%s: does not begin with the columns %s", path, COLUMNS);
    else if (line != text && !read_row(line, row))
        result = error_input(e, "%s: its last row holds no metrics", path);
    free(text);
    return result;
}

static int check_id(const char *directory, const char *id, struct error *e) {
    char path[FILE_PATH], found[SHA256_HEX];
    if (file_join(path, sizeof path, directory, "model.safetensors", e) != 0 ||
        saved_run(path, found, e) != 0)
        return -1;
    return strcmp(found, id) == 0 ? 0 : error_input(e, "%s: is another run's model", path);
}

int finished_read(struct finished *f, const char *directory, const char *id, struct error *e) {
    char path[FILE_PATH], metrics[SHA256_HEX];
    size_t size;
    *f = (struct finished){.row = {0, NAN, NAN, NAN, NAN}};
    const struct figure figures[] = {
        {.name = "test_loss", .number = &f->test_loss},
        {.name = "test_accuracy", .number = &f->test_accuracy},
        {.name = "seconds", .number = &f->seconds},
        {.name = "model_sha256", .text = f->model, .size = sizeof f->model},
        {.name = "metrics_sha256", .text = metrics, .size = sizeof metrics},
        {0}};
    if (file_join(path, sizeof path, directory, "result.json", e) != 0)
        return -1;
    char *text = file_read(path, MOST_RESULT, &size, e);
    if (!text)
        return -1;
    int result = figures_read(figures, text, size, path, e);
    free(text);
    if (result == 0 && (f->test_accuracy < 0 || f->test_accuracy > 1))
        result = error_input(e, "%s: \"test_accuracy\" must be from 0 to 1, got %g", path,
                             f->test_accuracy);
    if (result == 0 && id)
        result = check_id(directory, id, e);
    return result == 0 ? read_metrics(&f->row, directory, metrics, e) : -1;
}

/* The last TAIL bytes of a regular file, with a 0 behind them. */
static int read_tail(const char *path, char tail[TAIL + 1], struct error *e) {
    struct stat s;
    ssize_t size = -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not block us */
    if (fd >= 0 && fstat(fd, &s) == 0 && S_ISREG(s.st_mode))
        size = pread(fd, tail, TAIL, s.st_size > TAIL ? s.st_size - TAIL : 0);
    int why = errno;
    if (fd >= 0)
        close(fd);
    if (size < 0)
        return error_input(e, "%s: cannot be read: %s", path, strerror(why));
    tail[size] = '\0';
    return 0;
}

int finished_progress(struct finished_row *row, const char *directory, struct error *e) {
    char path[FILE_PATH], tail[TAIL + 1];
    if (file_join(path, sizeof path, directory, "metrics.partial.csv", e) != 0 ||
        read_tail(path, tail, e) != 0)
        return -1;
    const char *line = last_line(tail);
    return line && read_row(line, row) ? 0 : error_input(e, "%s: holds no row yet", path);
}
