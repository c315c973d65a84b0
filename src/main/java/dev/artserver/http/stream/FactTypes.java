package dev.artserver.http.stream;

import dev.artserver.model.ThreadEvent;
import dev.artserver.wire.FactJson;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/// The kinds of facts a request names.
public final class FactTypes {
  private FactTypes() {}

  /// @param types names of events as the contract lists them
  public static Set<Class<? extends ThreadEvent>> named(Collection<String> types) {
    Set<Class<? extends ThreadEvent>> events = new HashSet<>();
    types.forEach(type -> events.addAll(FactJson.events(type)));
    return events;
  }
}
