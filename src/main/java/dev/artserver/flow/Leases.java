package dev.artserver.flow;

import org.jspecify.annotations.Nullable;

/// The granted requests of one `Permits`, the first to run out first, and by number. The links
/// stand in the requests themselves, so that a lease costs no object besides its request.
final class Leases {
  private static final int BUCKETS = 16;

  /// By number modulo their count, a power of two. Numbers count up, so buckets are short.
  private @Nullable PermitRequest[] buckets = new PermitRequest[BUCKETS];

  private @Nullable PermitRequest first;
  private @Nullable PermitRequest last;
  private int size;

  int size() {
    return size;
  }

  /// The next one to run out; null: there is none.
  @Nullable PermitRequest first() {
    return first;
  }

  @Nullable PermitRequest find(long number) {
    PermitRequest found = buckets[bucket(number)];
    while (found != null && found.number != number) {
      found = found.inBucket;
    }
    return found;
  }

  /// @param request none of these; it runs out after all of them
  void add(PermitRequest request) {
    if (size == buckets.length) {
      grow();
    }
    size++;
    putInBucket(request);
    append(request);
  }

  /// @param request one of these
  void remove(PermitRequest request) {
    size--;
    int bucket = bucket(request.number);
    PermitRequest before = buckets[bucket];
    if (request.equals(before)) {
      buckets[bucket] = request.inBucket;
    } else {
      while (before != null && !request.equals(before.inBucket)) {
        before = before.inBucket;
      }
      if (before != null) {
        before.inBucket = request.inBucket;
      }
    }
    request.inBucket = null;
    unlink(request);
  }

  /// @param request one of these; from now on it runs out after all others
  void renew(PermitRequest request) {
    unlink(request);
    append(request);
  }

  private void append(PermitRequest request) {
    request.before = last;
    if (last == null) {
      first = request;
    } else {
      last.after = request;
    }
    last = request;
  }

  private void unlink(PermitRequest request) {
    PermitRequest before = request.before;
    PermitRequest after = request.after;
    if (before == null) {
      first = after;
    } else {
      before.after = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.before = before;
    }
    request.before = null;
    request.after = null;
  }

  private void grow() {
    buckets = new PermitRequest[2 * buckets.length];
    for (PermitRequest each = first; each != null; each = each.after) {
      putInBucket(each);
    }
  }

  private void putInBucket(PermitRequest request) {
    int bucket = bucket(request.number);
    request.inBucket = buckets[bucket];
    buckets[bucket] = request;
  }

  private int bucket(long number) {
    return (int) number & (buckets.length - 1);
  }
}
