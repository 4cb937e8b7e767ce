#!/usr/bin/env python3
"""What onehot-mpi sends in a step, and how fast it should be: docs/scale.md.

  scale.py bytes                   table: bytes per rank and step, onehot-mpi against DDP
  scale.py check                   trains with 2, 3, 4 and 7 ranks; the counted bytes must equal the formula
  scale.py measure [--link]        2 ranks against 1 rank with 1 and 2 threads; --link: over a link of
                                   1 Gbit/s, 0.1 ms (netem.sh), beside what is predicted
  scale.py memory                  peak memory of the ranks (VmHWM)
  scale.py predict [NAME=SECONDS]  table: predicted speed-up for 1 to 1,024 ranks, from the time of a step
                                   on one thread, given or measured, of mnist, middle and deep

ONEHOT_MPI names the program (./onehot-mpi), MPIRUN its launcher (mpirun).
"""
import json, os, re, subprocess, sys, tempfile, time

PROGRAM = os.environ.get('ONEHOT_MPI', './onehot-mpi')
MPIRUN = os.environ.get('MPIRUN', 'mpirun')
HERE = os.path.dirname(os.path.abspath(__file__))

# Networks of linear layers with relu between them: units per layer, samples per step.
MODELS = {
    'mnist': ([784, 128, 10], 32),
    'middle': ([784, 1000, 500, 10], 100),
    'deep': ([784, 2500, 2000, 1500, 1000, 500, 10], 1024),
}

# ---- the formula ----

def share(n, ranks, r):
    """Rank r's share of n things: [first, end), as ranks_share in src/base/ranks.h."""
    return (n * r + ranks - 1) // ranks, (n * (r + 1) + ranks - 1) // ranks

def matrices(units):
    """(layer, rows, columns, start in theta) of W and b of each layer."""
    out, start = [], 0
    for i, (a, b) in enumerate(zip(units, units[1:])):
        out.append((i, a, b, start))
        out.append((i, 1, b, start + a * b))
        start += a * b + b
    return out, start

def cut(units, ranks, r):
    """Where rank r's share of theta begins: after r/ranks of the parameters, at the next row."""
    params, total = matrices(units)
    want = total * r // ranks
    for _, rows, cols, start in params:
        if want < start + rows * cols:
            return start + -(-(want - start) // cols) * cols
    return total

def received(units, batch, ranks, r, clip=False):
    """Bytes that rank r receives in a step, of samples and of parameters, and the number of messages
    that each other rank sends it."""
    params, total = matrices(units)
    first, end = cut(units, ranks, r), cut(units, ranks, r + 1)
    own = share(batch, ranks, r)
    others = batch - (own[1] - own[0])
    width = 1                                    # the loss
    messages = 3                                 # the wish, the losses, theta
    for i in range(len(units) - 1):
        rows, any_ = 0, False
        for layer, n, cols, start in params:
            if layer == i:
                has = max(0, min(end, start + n * cols) - max(first, start))
                any_ |= has > 0
                rows += has // cols if n > 1 else 0
        width += units[i + 1] if any_ else 0     # delta
        width += rows if i > 0 else 0            # columns of x
        messages += any_ + (i > 0 and rows > 0)
    return 4 * (ranks - 1 + others * width), 4 * (total - (end - first)) * (2 if clip else 1), messages

def worst(units, batch, ranks):
    """The rank that receives most."""
    several = {0, ranks // 3, ranks // 2, ranks - 1} if ranks > 64 else range(ranks)
    return max((received(units, batch, ranks, r) for r in several), key=lambda x: x[0] + x[1])

def ddp(units, ranks):
    """Bytes that a rank receives, and sends, in a ring allreduce of the gradient."""
    return 2 * 4 * matrices(units)[1] * (ranks - 1) / ranks

# ---- the model ----

MESSAGE = 5e-6  # seconds of CPU per message; assumed

def seconds(units, batch, ranks, step, bits, latency):
    """Predicted time of a step: step / ranks to compute, and two exchanges, in which a rank sends
    each other rank its messages one after another, and receives what it needs at `bits` per second."""
    if ranks == 1:
        return step
    samples, params, messages = worst(units, batch, ranks)
    compute = step * -(-batch // ranks) / batch  # a sample is not divided
    return (compute + 2 * latency + messages * (ranks - 1) * MESSAGE +
            (samples + params) * 8 / bits)

def seconds_ddp(units, ranks, step, bits, latency):
    """The same for DDP: a ring allreduce, not overlapped with backward."""
    if ranks == 1:
        return step
    return step / ranks + 2 * (ranks - 1) * (latency + MESSAGE) + ddp(units, ranks) * 8 / bits

# ---- measuring ----

ENVIRONMENT = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT='1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM='1',
                   OMPI_MCA_rmaps_base_oversubscribe='1', OMPI_MCA_hwloc_base_binding_policy='none')

def arguments(name, samples, more):
    units, batch = MODELS[name]
    layers = []
    for u in units[1:]:
        layers += [{'type': 'linear', 'units': u}, {'type': 'relu'}]
    config = {'name': 'scale', 'data': {'path': 'data/mnist', 'limit': samples},
              'model': layers[:-1], 'loss': {'type': 'softmax_cross_entropy'},
              'optimizer': {'type': 'sgd', 'learning_rate': 0.01},
              'train': {'epochs': 1, 'batch_size': batch, 'checkpoint_seconds': 1000000}}
    folder = tempfile.mkdtemp(prefix='onehot-scale-')
    path = os.path.join(folder, 'config.json')
    json.dump(config, open(path, 'w'))
    return ['train', path, 'data.path=' + os.path.abspath('data/mnist'), 'output=' + folder + '/run'] + more, folder

def train(name, ranks, threads, samples, more=(), launcher=None):
    """Trains; returns seconds per step, and the bytes that rank 0 received."""
    args, folder = arguments(name, samples, ['--threads', str(threads)] + list(more))
    command = launcher or [MPIRUN, '-n', str(ranks)]
    out = subprocess.run(command + [PROGRAM] + args, env=ENVIRONMENT, capture_output=True, text=True)
    if out.returncode:
        sys.exit('%s failed: %s%s' % (' '.join(command), out.stdout[-500:], out.stderr[-2000:]))
    rate = json.load(open(folder + '/run/result.json'))['samples_per_second']
    traffic = re.search(r'received ([0-9,]+) bytes in ([0-9,]+) steps', out.stdout)
    count = int(traffic[1].replace(',', '')) if traffic else 0
    subprocess.run(['rm', '-rf', folder])
    return MODELS[name][1] / rate, count

def check():
    for name, samples in (('mnist', 3200), ('mnist', 3210), ('middle', 1000)):
        units, batch = MODELS[name]
        for clip in ([], ['train.clip_norm=1']):
            for ranks in (2, 3, 4, 7):
                _, counted = train(name, ranks, 1, samples, clip)
                sizes = [min(batch, samples - i) for i in range(0, samples, batch)]
                formula = sum(sum(received(units, n, ranks, 0, bool(clip))[:2]) for n in sizes)
                formula += 2 * 4 * (ranks - 1)  # the errors of the epoch; that all could write
                print('%-6s %d samples, %d ranks%s: %s bytes counted, %s by the formula' %
                      (name, samples, ranks, ', clipping' if clip else '', f'{counted:,}', f'{formula:,}'))
                if counted != formula:
                    sys.exit('scale: they differ')

def measure(link):
    samples = {'mnist': 20000, 'middle': 10000, 'deep': 3072}
    for name in MODELS:
        units, batch = MODELS[name]
        one = min(train(name, 1, 1, samples[name])[0] for _ in range(3))
        if link:
            launcher = [HERE + '/netem.sh', '1gbit', '0.1ms', '1']
            two = min(train(name, 2, 1, samples[name], (), launcher)[0] for _ in range(3))
            said = seconds(units, batch, 2, one, 1e9, 1e-4)
            print('%-6s 1 rank %8.3f ms; 2 ranks over 1 Gbit/s %8.3f ms, predicted %8.3f ms (%+.0f %%)' %
                  (name, 1e3 * one, 1e3 * two, 1e3 * said, 100 * (said / two - 1)), flush=True)
        else:
            threads = min(train(name, 1, 2, samples[name])[0] for _ in range(3))
            two = min(train(name, 2, 1, samples[name])[0] for _ in range(3))
            print('%-6s 1 thread %8.3f ms; 2 threads %8.3f ms (x %.2f); 2 ranks %8.3f ms (x %.2f); ratio %.2f' %
                  (name, 1e3 * one, 1e3 * threads, one / threads, 1e3 * two, one / two, threads / two), flush=True)

def memory():
    """The peak memory of each rank during a run, from /proc."""
    for optimizer in ('sgd', 'adamw'):
        for ranks in (1, 2, 4):
            more = ['optimizer={"type":"%s","learning_rate":0.001}' % optimizer, '--threads', '1', '--quiet']
            args, folder = arguments('deep', 4096, more)
            run = subprocess.Popen([MPIRUN, '-n', str(ranks), PROGRAM] + args, env=ENVIRONMENT)
            peak = {}
            while run.poll() is None:
                for pid in filter(str.isdigit, os.listdir('/proc')):
                    try:
                        if folder in open('/proc/%s/cmdline' % pid).read() and os.readlink('/proc/%s/exe' % pid).endswith('onehot-mpi'):
                            peak[pid] = int(re.search(r'VmHWM:\s+(\d+)', open('/proc/%s/status' % pid).read())[1])
                    except (OSError, TypeError):
                        pass
                time.sleep(0.02)
            print('%-6s %d ranks: %s MB' % (optimizer, ranks, ', '.join('%.0f' % (k / 1024) for _, k in sorted(peak.items(), key=lambda p: int(p[0])))), flush=True)
            subprocess.run(['rm', '-rf', folder])

def print_bytes():
    print('| network, batch | parameters | ranks | samples | parameters | onehot-mpi | DDP |')
    print('|---|---|---|---|---|---|---|')
    for name, (units, batch) in MODELS.items():
        for ranks in (2, 4, 16, 64):
            samples, params, _ = worst(units, batch, ranks)
            print('| %s, %d | %s | %d | %.3f | %.3f | %.3f | %.3f |' %
                  ('-'.join(map(str, units)), batch, f'{matrices(units)[1]:,}', ranks, samples / 1e6, params / 1e6,
                   (samples + params) / 1e6, ddp(units, ranks) / 1e6))

def predict(steps):
    for name, step in steps.items():
        units, batch = MODELS[name]
        print('\n%s, batch %d, %.3f ms per step on one thread\n' % ('-'.join(map(str, units)), batch, 1e3 * step))
        print('| ranks | 1 Gbit/s | 10 Gbit/s | 100 Gbit/s | DDP, 1 Gbit/s | 10 | 100 |')
        print('|---|---|---|---|---|---|---|')
        for ranks in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024):
            links = ((1e9, 1e-4), (1e10, 3e-5), (1e11, 5e-6))
            print('| %s | %s |' % (f'{ranks:,}', ' | '.join(
                ['%.2f' % (step / seconds(units, batch, ranks, step, *l)) for l in links] +
                ['%.2f' % (step / seconds_ddp(units, ranks, step, *l)) for l in links])))

if __name__ == '__main__':
    what = sys.argv[1] if len(sys.argv) > 1 else ''
    if what == 'bytes':
        print_bytes()
    elif what == 'check':
        check()
    elif what == 'measure':
        measure('--link' in sys.argv)
    elif what == 'memory':
        memory()
    elif what == 'predict':  # from the step times measured here, or given as NAME=SECONDS
        given = dict(a.split('=') for a in sys.argv[2:])
        predict({n: float(given[n]) if n in given else train(n, 1, 1, 20 * MODELS[n][1])[0] for n in MODELS})
    else:
        sys.exit(__doc__)
