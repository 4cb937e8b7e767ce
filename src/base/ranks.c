#include "base/ranks.h"

#include <unistd.h>

#define UNLESS_MPI __attribute__((weak)) /* replaced by mpi/ranks.c */

struct ranks ranks = {.count = 1, .on_host = 1};

UNLESS_MPI int ranks_begin(int *argc, char ***argv, struct error *e) { return 0; }

UNLESS_MPI int ranks_end(int status) { return status; }

UNLESS_MPI void ranks_start(void *matrix, int rows, int cols, const struct ranks_share *has,
                            const struct ranks_share *needs) {}

UNLESS_MPI void ranks_wait(void) {}

struct ranks_share ranks_share(int n, int rank) {
    long long all = ranks.count - 1; /* rounds up */
    int first = (int)(((long long)n * rank + all) / ranks.count);
    return (struct ranks_share){first,
                                (int)(((long long)n * (rank + 1) + all) / ranks.count) - first};
}

void ranks_exchange(void *matrix, int rows, int cols, const struct ranks_share *has) {
    ranks_start(matrix, rows, cols, has, NULL);
    ranks_wait();
}

void ranks_gather(int x, int all[RANKS_MAX]) {
    all[ranks.rank] = x;
    ranks_exchange(all, ranks.count, 1, NULL);
}

int ranks_agree(int result, struct error *e) {
    struct ranks_share has[RANKS_MAX] = {{0}};
    struct error first = *e;
    char host[64] = "";
    int results[RANKS_MAX], failed = 0;
    ranks_gather(result, results);
    while (failed < ranks.count && results[failed] == 0)
        failed++;
    if (failed == ranks.count)
        return 0;
    if (ranks.rank == failed && failed > 0 && gethostname(host, sizeof host - 1) == 0) {
        first.status = ERROR_NONE;
        error_record(&first, e->status, "rank %d on %s: %s", failed, host, e->text);
    }
    has[failed].count = 1;
    ranks_exchange(&first, 1, sizeof first / 4, has);
    return error_record(e, first.status, "%s", first.text);
}
