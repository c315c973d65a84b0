package dev.artserver.admission;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Waiters, ordered by priority, age and user.
///
/// Each user has a line at each level, in order of arrival. Lines are served by weighted round
/// robin: deficit round robin (Shreedhar and Varghese, SIGCOMM 1995) where every run costs one and
/// a user's weight is the quantum. The heads of all lines, `weight` of each line, form one sorted
/// set. A waiter that is served leaves the set, and the next waiter of its line enters it at the
/// end. So a run waits for the earlier runs of its own user, and for one run of each other user for
/// each of these, however many runs the other users have.
///
/// The set is sorted by rank: the time of entering the set, minus `ageingMs` for each level. A
/// waiter in the set is overtaken only by waiters of a higher level that enter it less than (levels
/// between) × `ageingMs` later, so no waiter starves. A rank never changes, so nothing is sorted
/// twice: joining and leaving cost O(log users). While only one user waits, fairness has no effect
/// and ranks follow arrival.
///
/// For one caller at a time. Times are milliseconds.
///
/// @param <T> the waiter
final class FairQueue<T> {
  private final int levels;
  private final long ageingMs;
  private final ToIntFunction<String> weights;
  private final Map<String, User> users = new HashMap<>();
  private final TreeSet<Standing> next;
  private final int[] sizes;
  private long orders;
  private int size;

  /// @param weights of each user, at least 1
  FairQueue(int levels, long ageingMs, ToIntFunction<String> weights) {
    this(levels, ageingMs, weights, order -> order);
  }

  /// @param counted the order, for a test that counts comparisons
  FairQueue(
      int levels,
      long ageingMs,
      ToIntFunction<String> weights,
      UnaryOperator<Comparator<Standing>> counted) {
    this.levels = levels;
    this.ageingMs = ageingMs;
    this.weights = weights;
    sizes = new int[levels];
    next =
        new TreeSet<>(
            counted.apply(
                Comparator.<Standing>comparingLong(one -> one.turn)
                    .thenComparingLong(one -> one.order)));
  }

  int size() {
    return size;
  }

  int size(int level) {
    return sizes[level];
  }

  /// Joins the end of the user's line.
  Standing join(String user, int level, long now, T who) {
    Line line = line(user, level);
    Standing joined = new Standing(who, line, now, ++orders);
    count(line, 1);
    if (line.next < line.weight) {
      moveUp(joined, turn(now, level), joined.arrival);
    } else {
      line.behind.add(joined);
    }
    return joined;
  }

  /// Joins at the head of the user's line.
  Standing joinFirst(String user, int level, long now, T who) {
    Line line = line(user, level);
    Standing joined = new Standing(who, line, now, ++orders);
    count(line, 1);
    moveUp(joined, turn(now, level), joined.arrival);
    return joined;
  }

  /// The next waiter; null when there is none.
  @Nullable Standing first() {
    return next.isEmpty() ? null : next.first();
  }

  /// Removes a waiter that is served.
  void serve(Standing one, long now) {
    leave(one, turn(now, one.line.level), true);
  }

  /// Removes a waiter that gives up; the next of its line takes its place.
  void leave(Standing one) {
    leave(one, one.turn, false);
  }

  private void leave(Standing one, long turnOfNext, boolean served) {
    Line line = one.line;
    count(line, -1);
    if (!one.isNext) {
      line.behind.remove(one);
    } else {
      next.remove(one);
      line.next--;
      if (!line.behind.isEmpty() && line.next < line.weight) {
        Standing after = line.behind.removeFirst();
        long own = turn(after.since, line.level);
        if (users.size() == 1) {
          moveUp(after, own, after.arrival);
        } else {
          moveUp(after, Math.max(own, turnOfNext), served ? ++orders : one.order);
        }
      }
    }
    line.user.forgetIfEmpty();
  }

  /// How many waiters would be served before `one` if no other waiter joined and time stood still.
  /// Costs one step for each head of a line and each waiter before it in its line.
  int ahead(Standing one, long now) {
    return one.isNext ? aheadOfNext(one, now) : aheadOfBehind(one.line, one, now);
  }

  private int aheadOfNext(Standing one, long now) {
    int ahead = next.headSet(one).size();
    for (User user : users.values()) {
      for (Line line : user.lines()) {
        ahead += turn(now, line.level) < one.turn ? line.behind.size() : 0;
      }
    }
    return ahead;
  }

  /// Heads of one level are served in turn, and each time the next of the line takes the place.
  /// `one` gets the place of `mover` when that place was served `rounds` times; all heads before
  /// the mover are served once more.
  private int aheadOfBehind(Line own, Standing one, long now) {
    int before = placeBehind(own, one);
    int rounds = before / own.next + 1;
    int mover = before % own.next;
    int ownSeen = 0;
    for (Standing other : next) {
      Line line = other.line;
      if (line == own) {
        ownSeen++;
      } else if (line.level == own.level) {
        line.ahead += ownSeen <= mover ? rounds + 1 : rounds;
      } else if (other.turn <= turn(now, own.level)) {
        line.ahead++;
      }
    }
    int ahead = own.next + before;
    for (User user : users.values()) {
      for (Line line : user.lines()) {
        int all = line.next + line.behind.size();
        ahead += line.level > own.level && line != own ? all : Math.min(all, line.ahead);
        line.ahead = 0;
      }
    }
    return ahead;
  }

  private int placeBehind(Line line, Standing one) {
    int place = 0;
    for (Standing other : line.behind) {
      if (other == one) {
        return place;
      }
      place++;
    }
    throw new IllegalStateException("does not wait here");
  }

  private void moveUp(Standing one, long turn, long order) {
    one.turn = turn;
    one.order = order;
    one.isNext = true;
    one.line.next++;
    next.add(one);
  }

  private void count(Line line, int change) {
    size += change;
    sizes[line.level] += change;
    line.user.size += change;
  }

  private long turn(long at, int level) {
    return at - level * ageingMs;
  }

  private Line line(String name, int level) {
    return users.computeIfAbsent(name, User::new).line(level);
  }

  /// Whether the invariants between two calls hold: each line has as many heads as it may, and no
  /// waiter is lost.
  boolean isValid() {
    int standing = 0;
    boolean forward = true;
    for (User user : users.values()) {
      for (Line line : user.lines()) {
        standing += line.behind.size();
        forward &= line.behind.isEmpty() || line.next >= line.weight;
      }
    }
    return forward && standing + next.size() == size && (size > 0) == !users.isEmpty();
  }

  /// One waiter.
  final class Standing {
    final T who;
    private final Line line;
    private final long since;
    private final long arrival;
    private long turn;
    private long order;
    private boolean isNext;

    private Standing(T who, Line line, long since, long arrival) {
      this.who = who;
      this.line = line;
      this.since = since;
      this.arrival = arrival;
    }
  }

  private final class User {
    private final String name;
    private final Map<Integer, Line> lines = new HashMap<>(2);
    private int size;

    User(String name) {
      this.name = name;
    }

    Line line(int level) {
      return lines.computeIfAbsent(level, key -> new Line(this, key, weights.applyAsInt(name)));
    }

    Iterable<Line> lines() {
      return lines.values();
    }

    void forgetIfEmpty() {
      if (size == 0) {
        users.remove(name);
      }
    }
  }

  private final class Line {
    private final User user;
    private final int level;
    private final int weight;
    private final LinkedHashSet<Standing> behind = new LinkedHashSet<>(2);
    private int next;
    private int ahead;

    Line(User user, int level, int weight) {
      if (level < 0 || level >= levels) {
        throw new IllegalArgumentException("level must be 0 to " + (levels - 1) + ", got " + level);
      }
      this.user = user;
      this.level = level;
      this.weight = weight;
    }
  }
}
