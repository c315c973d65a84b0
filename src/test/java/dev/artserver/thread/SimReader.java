package dev.artserver.thread;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Fact;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.FollowRequest;
import dev.artserver.stream.Subscription;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A client that follows one thread. When it is ended it follows again from its cursor, at the
/// current process.
final class SimReader {
  private final ThreadId id;
  private final SimTime time;
  private final Random random;
  private final Supplier<? extends Threads> instance;
  private final List<Fact> facts = new ArrayList<>();
  private @Nullable Subscription subscription;
  private int visit;
  private int visits;
  private boolean left;

  SimReader(ThreadId id, SimTime time, Random random, Supplier<? extends Threads> instance) {
    this.id = id;
    this.time = time;
    this.random = random;
    this.instance = instance;
  }

  List<Fact> facts() {
    return facts;
  }

  /// How often it followed.
  int visits() {
    return visits;
  }

  void come() {
    if (left) {
      return;
    }
    int number = ++visit;
    visits++;
    FollowRequest request = new FollowRequest(facts.size(), true, Set.of(), null);
    instance
        .get()
        .follow(id, request, new Visit(number))
        .onSuccess(given -> {
          subscription = given;
          if (left || number != visit) {
            given.cancel();
          }
        })
        .onFailure(refused -> comeBack(number));
  }

  /// The process died; the client notices.
  void onDeath() {
    comeBack(visit);
  }

  void leave() {
    left = true;
    if (subscription != null) {
      subscription.cancel();
    }
  }

  private void comeBack(int number) {
    if (number == visit) {
      visit++;
      time.schedule(Duration.ofMillis(1 + random.nextInt(50)), this::come);
    }
  }

  private final class Visit implements FeedReader {
    private final int number;

    Visit(int number) {
      this.number = number;
    }

    @Override
    public Future<Void> onPart(FeedPart part) {
      if (number == visit) {
        for (FeedPart.Item item : part.items()) {
          if (item instanceof FeedPart.FactItem(Fact fact)) {
            assertThat(fact.seq()).as("next fact of %s", id).isEqualTo(facts.size() + 1L);
            facts.add(fact);
          }
        }
      }
      Promise<Void> taken = Promise.promise();
      time.schedule(Duration.ofNanos(random.nextInt(2_000_000)), taken::complete);
      return taken.future();
    }

    @Override
    public void onEnded(FeedEnd end) {
      comeBack(number);
    }
  }
}
