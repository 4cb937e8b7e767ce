/* Ranks are the processes that mpirun starts. If one of them is lost, MPI ends all. */
#include "base/ranks.h"

#include <mpi.h>
#include <time.h>

enum { POLLS = 1000 }; /* about 100 microseconds */

static MPI_Request *requests; /* [count]: messages on their way */
static int count, room;

int ranks_begin(int *argc, char ***argv, struct error *e) {
    const char *command = *argc > 1 ? (*argv)[1] : "help";
    if (strcmp(command, "train") != 0) /* the variables are those of MPICH and Open MPI */
        return getenv("PMI_RANK") || getenv("PMIX_RANK")
                   ? error_input(e,
                                 "onehot-mpi: only train runs on several ranks; run onehot-mpi "
                                 "%s without mpirun",
                                 command)
                   : 0;
    int level;
    MPI_Comm host;
    MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &level);
    MPI_Comm_rank(MPI_COMM_WORLD, &ranks.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks.count);
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &host);
    MPI_Comm_size(host, &ranks.on_host);
    MPI_Comm_free(&host);
    if (ranks.count > RANKS_MAX)
        return error_input(e, "onehot-mpi: at most %d ranks can train together", RANKS_MAX);
    if (ranks.rank > 0 && !freopen("/dev/null", "w", stdout))
        MPI_Abort(MPI_COMM_WORLD, ERROR_RUN);
    return 0;
}

int ranks_end(int status) {
    int running;
    MPI_Initialized(&running);
    if (running)
        MPI_Finalize();
    free(requests);
    return status;
}

static MPI_Request *new_request(void) {
    if (count == room) {
        room = 2 * room + 64;
        requests = realloc(requests, (size_t)room * sizeof *requests);
        if (!requests)
            MPI_Abort(MPI_COMM_WORLD, ERROR_RUN);
    }
    return &requests[count++];
}

/* A message: these rows and columns of a matrix. Messages between two ranks keep their order. */
static void start(void *matrix, int cols, struct ranks_share rows, struct ranks_share columns,
                  int rank, bool send) {
    size_t first = (size_t)rows.first * (size_t)cols + (size_t)columns.first;
    float *at = (float *)matrix + first;
    MPI_Datatype type;
    if (rows.count == 0 || columns.count == 0)
        return;
    if (columns.count == cols) /* in one piece */
        MPI_Type_contiguous(rows.count * cols, MPI_FLOAT, &type);
    else
        MPI_Type_vector(rows.count, columns.count, cols, MPI_FLOAT, &type);
    MPI_Type_commit(&type);
    if (send)
        MPI_Isend(at, 1, type, rank, 0, MPI_COMM_WORLD, new_request());
    else
        MPI_Irecv(at, 1, type, rank, 0, MPI_COMM_WORLD, new_request());
    MPI_Type_free(&type); /* when the message has arrived */
    ranks.received += send ? 0 : 4.0 * rows.count * columns.count;
}

void ranks_start(void *matrix, int rows, int cols, const struct ranks_share *has,
                 const struct ranks_share *needs) {
    struct ranks_share whole = {0, cols};
    for (int i = 1; i < 2 * ranks.count; i++) { /* first receives, then sends */
        bool send = i > ranks.count;
        int other = (ranks.rank + i) % ranks.count, from = send ? ranks.rank : other,
            to = send ? other : ranks.rank;
        if (other != ranks.rank)
            start(matrix, cols, has ? has[from] : ranks_share(rows, from),
                  needs ? needs[to] : whole, other, send);
    }
}

/* MPI_Waitall would poll without end, as suits a cluster where each rank has its own CPU. If
 * another process needs the CPU, and perhaps it is another rank, this would wait for the scheduler.
 */
void ranks_wait(void) {
    static const struct timespec pause = {.tv_nsec = 20000};
    for (int polls = 0, done; count > 0; polls++) {
        MPI_Test(&requests[count - 1], &done, MPI_STATUS_IGNORE);
        count -= done;
        if (!done && polls > POLLS)
            nanosleep(&pause, NULL);
    }
}
