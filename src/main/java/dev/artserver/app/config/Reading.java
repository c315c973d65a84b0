package dev.artserver.app.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One reading of a configuration from its sources. It goes on after a fault, to find them all.
final class Reading {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  private final String fileName;
  private final ValueReader values;
  private final List<String> faults;

  Reading(String fileName, ValueReader values, List<String> faults) {
    this.fileName = fileName;
    this.values = values;
    this.faults = faults;
  }

  /// The record of a group; null when something in it is wrong.
  @Nullable Record group(Node.Group group, KeyPath path, @Nullable JsonNode node) {
    int faultsBefore = faults.size();
    ObjectNode keys = object(path, node);
    boolean spoilt = faults.size() > faultsBefore;
    refuseUnknown(group, path, keys);
    int faultsBeforeMembers = faults.size();
    List<@Nullable Object> built = new ArrayList<>();
    for (Node member : group.members()) {
      KeyPath at = path.child(member.name());
      JsonNode value = keys.get(member.name());
      built.add(
          switch (member) {
            case Node.Key key -> values.read(key, at, value);
            case Node.Group inner -> group(inner, at, value);
            case Node.Named named -> named(named, at, value);
          });
    }
    return spoilt || faults.size() > faultsBeforeMembers ? null : build(group, path, built);
  }

  private Map<String, Record> named(Node.Named named, KeyPath path, @Nullable JsonNode node) {
    ObjectNode groups = object(path, node);
    Map<String, Record> built = new LinkedHashMap<>();
    Set<String> names = new LinkedHashSet<>();
    groups.fieldNames().forEachRemaining(names::add);
    if (names.isEmpty()) {
      names.addAll(named.fallbackNames());
    }
    for (String name : names) {
      if (!NAME.matcher(name).matches()) {
        fault(path, "may only have names of a-z, 0-9 and -, at most 63, got '" + name + "'");
        continue;
      }
      Record each = group(named.each(), path.child(name), groups.get(name));
      if (each != null) {
        built.put(name, each);
      }
    }
    return built;
  }

  /// The keys of a group in the file; none after a fault, since other sources may have some.
  private ObjectNode object(KeyPath path, @Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return JsonNodeFactory.instance.objectNode();
    }
    if (node instanceof ObjectNode keys) {
      return keys;
    }
    fault(path, "must hold keys and values, got " + ValueReader.shown(node.toString()));
    return JsonNodeFactory.instance.objectNode();
  }

  private void refuseUnknown(Node.Group group, KeyPath path, ObjectNode keys) {
    List<String> known = group.members().stream().map(Node::name).toList();
    for (Map.Entry<String, JsonNode> key : keys.properties()) {
      if (!known.contains(key.getKey())) {
        Optional<String> near = Nearest.to(key.getKey(), known);
        fault(
            path.child(key.getKey()),
            "is not a key"
                + near.map(name -> "; did you mean " + path.child(name) + "?").orElse(""));
      }
    }
  }

  private @Nullable Record build(
      Node.Group group, KeyPath path, List<@Nullable Object> components) {
    try {
      return group.build(components);
    } catch (InvocationTargetException refused) {
      if (refused.getCause() instanceof IllegalArgumentException rule) {
        String broken = String.valueOf(rule.getMessage());
        broken.lines().forEach(each -> faults.add(fileName + ": " + path.child(each)));
        return null;
      }
      throw new IllegalStateException("cannot build " + group.type(), refused);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException("cannot build " + group.type(), impossible);
    }
  }

  private void fault(KeyPath path, String rule) {
    faults.add(fileName + ": " + path + " " + rule);
  }
}
