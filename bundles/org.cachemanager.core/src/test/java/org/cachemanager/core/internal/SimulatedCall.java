package org.cachemanager.core.internal;

import java.util.function.Consumer;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Reply;

/** A call between two nodes of a simulation. */
final class SimulatedCall implements Call {

    private static final Failure NOBODY = new Failure(Failure.Reason.NOBODY, "Nobody listens there.");

    final SimulatedNode from;
    final SimulatedNode to;
    private final SimulatedNetwork network;
    private final SimulatedTime time;
    private final SimulatedNetwork.Link link;
    private final int fromLife;
    private final Consumer<Failure> refused;
    private long arrivesNanos;
    private boolean over;
    private boolean hungUp;
    private boolean silenced;
    private int delivery;
    private int thereLife;
    private Call there = Call.ANSWERED;

    /** What happens where a call arrives. */
    interface Arrival {
        Call at(SimulatedNode to, SimulatedCall sent);
    }

    SimulatedCall(SimulatedNetwork network, SimulatedNetwork.Link link, Consumer<Failure> refused) {
        this.network = network;
        this.time = network.time;
        this.link = link;
        this.from = link.from();
        this.to = link.to();
        this.fromLife = from.life;
        this.refused = refused;
    }

    boolean isOver() {
        return over || silenced;
    }

    void deliver(Arrival arrival, boolean again) {
        delivery++;
        int mine = delivery;
        arrivesNanos = Math.max(arrivesNanos, time.nanos() + network.delay());
        atLast(arrivesNanos - time.nanos(), () -> {
            arrives(arrival, mine);
            if (again && !to.dead) {
                // the connection breaks, which the other side notices, and a new one is made
                delivery++;
                hangUpThere();
                deliver(arrival, false);
            }
        });
    }

    private void arrives(Arrival arrival, int mine) {
        if (to.dead && !to.silent) {
            refuse(NOBODY);
        }
        int life = to.life;
        to.happen(() -> {
            if (to.life == life && mine == delivery) {
                thereLife = life;
                there = arrival.at(to, this);
                if (hungUp) {
                    time.after(SimulatedNetwork.LEAST_NANOS, this::hangUpThere);
                }
            }
        });
    }

    /** Happens where a message arrives; while the nodes are parted it is sent again and again, as TCP does. */
    private void atLast(long delayNanos, Runnable arrival) {
        time.after(delayNanos, () -> {
            if (silenced) {
                return;
            }
            if (network.isParted(link)) {
                network.sentAgain();
                atLast(SimulatedNetwork.RESENT_NANOS, arrival);
            } else {
                arrival.run();
            }
        });
    }

    /** Carries the answer back, unless it can't be heard any more. */
    void answer(Runnable reply) {
        int mine = delivery;
        atLast(network.delay(), () -> {
            if (mine == delivery) {
                from.happen(() -> end(reply));
            }
        });
    }

    private void end(Runnable reply) {
        if (!over && from.life == fromLife) {
            over = true;
            reply.run();
        }
    }

    /** The caller is told that it could not be carried out. */
    void refuse(Failure failure) {
        time.after(network.delay(), () -> from.happen(() -> end(() -> refused.accept(failure))));
    }

    /** The connection breaks, which both sides notice. */
    void reset(Failure failure) {
        if (!isOver() && !to.dead) {
            delivery++;
            network.history.haunted(from);
            hangUpThere();
            refuse(failure);
        }
    }

    /** It is never answered, and nobody is told. */
    void silence() {
        silenced = true;
    }

    /** The caller is gone, which the other side notices. */
    void hangUp() {
        arrivesNanos = Math.max(arrivesNanos, time.nanos() + network.delay());
        atLast(
                arrivesNanos - time.nanos(),
                () -> to.happen(() -> {
                    hungUp = true;
                    hangUpThere();
                }));
    }

    private void hangUpThere() {
        Call call = there;
        int life = thereLife;
        to.happen(() -> {
            if (to.life == life) {
                call.cancel();
            }
        });
    }

    @Override
    public boolean cancel() {
        if (over) {
            return false;
        }
        over = true;
        hangUp();
        return true;
    }

    <R> Reply<R> answering(Reply<R> reply) {
        return new Reply<>() {
            @Override
            public void completed(R result) {
                answer(() -> reply.completed(result));
            }

            @Override
            public void failed(Failure failure) {
                answer(() -> reply.failed(failure));
            }
        };
    }

    GetReply answering(String key, long waitNanos, GetReply reply) {
        return new GetReply() {
            @Override
            public void found(Item item) {
                Copy copy = new Copy(Data.of(item.data().toByteArray()), item.expiryMillis());
                item.release();
                answer(() -> reply.found(copy));
            }

            @Override
            public void locked() {
                long now = time.nanos();
                Object unheard = network.history.granted(key, now, now + Locks.lease(waitNanos) + History.MOST_DELAY);
                answer(() -> {
                    reply.locked();
                    network.history.heard(key, unheard, from, time.nanos());
                });
            }

            @Override
            public void absent() {
                answer(reply::absent);
            }

            @Override
            public void failed(Failure failure) {
                answer(() -> reply.failed(failure));
            }
        };
    }

    /** An item that came over the wire. */
    private record Copy(Data data, long expiryMillis) implements Item {
        @Override
        public void release() {
            // It belongs to nobody.
        }
    }
}
