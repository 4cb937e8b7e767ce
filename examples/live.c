/* Training in a thread of its own, watched and stopped by the main thread; then continued in
 * another training, from the state in memory. The model is the one of a training that nobody
 * stopped.
 *
 *   cc live.c -lonehot -lm -lpthread && ./a.out */
#define _POSIX_C_SOURCE 199309L
#include <onehot.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

struct shared {
    oh_training *training;
    pthread_mutex_t mutex; /* guards what follows */
    int epochs, stop, ended;
    double loss;
};

static int on_epoch(void *user, const oh_training *t) {
    struct shared *s = (struct shared *)user;
    int stop;
    pthread_mutex_lock(&s->mutex);
    s->epochs = oh_training_epochs(t);
    s->loss = oh_training_figure(t, OH_TRAIN_LOSS);
    stop = s->stop;
    pthread_mutex_unlock(&s->mutex);
    return stop;
}

static void *train(void *user) {
    struct shared *s = (struct shared *)user;
    oh_error e = {0};
    oh_run(s->training, &e);
    pthread_mutex_lock(&s->mutex);
    s->ended = 1;
    pthread_mutex_unlock(&s->mutex);
    return NULL;
}

/* Trains up to the epoch `cancel`; 0: to the end. */
static void watch(struct shared *s, int cancel) {
    const struct timespec pause = {0, 1000000};
    pthread_t thread;
    int ended = 0, shown = 0;
    s->stop = s->ended = 0;
    if (pthread_create(&thread, NULL, train, s) != 0)
        return;
    while (!ended) {
        pthread_mutex_lock(&s->mutex);
        if (s->epochs / 10 > shown / 10)
            printf("epoch %d: loss %.4f\n", s->epochs, s->loss);
        shown = s->epochs;
        s->stop = cancel > 0 && s->epochs >= cancel;
        ended = s->ended;
        pthread_mutex_unlock(&s->mutex);
        nanosleep(&pause, NULL);
    }
    pthread_join(thread, NULL);
}

int main(void) {
    struct shared s = {NULL, PTHREAD_MUTEX_INITIALIZER, 0, 0, 0, 0};
    oh_error e = {0};
    oh_context *c = oh_context_new(&e);
    oh_dataset *d = oh_dataset_read(c, "toy:spiral", &e);
    oh_model *m = oh_model_new(c, &e);
    size_t size = 0;
    void *state;

    oh_linear(m, 64);
    oh_tanh(m);
    oh_linear(m, 3);
    oh_set(m, "train.epochs=100");

    s.training = oh_training_new(m, d, &e);
    oh_on_epoch(s.training, on_epoch, &s);
    watch(&s, 50);
    printf("stopped\n");
    state = oh_checkpoint(s.training, &size, &e);
    oh_training_free(s.training);

    s.training = oh_training_new(m, d, &e);
    oh_resume(s.training, state, size, &e);
    oh_free(state);
    oh_on_epoch(s.training, on_epoch, &s);
    watch(&s, 0);
    oh_finish(s.training, &e);
    oh_training_free(s.training);
    if (e.status)
        fprintf(stderr, "live: %s\n", e.text);
    else
        printf("SHA-256 %s\n", oh_model_sha256(m, &e));

    oh_model_free(m);
    oh_dataset_free(d);
    oh_context_free(c);
    return e.status;
}
