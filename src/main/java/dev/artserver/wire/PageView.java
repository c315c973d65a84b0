package dev.artserver.wire;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// JSON of a page: `{items, nextCursor?}`.
public final class PageView {
  private PageView() {}

  public static ObjectNode write(List<ObjectNode> items, @Nullable String nextCursor) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ArrayNode array = node.putArray("items");
    items.forEach(array::add);
    if (nextCursor != null) {
      node.put("nextCursor", nextCursor);
    }
    return node;
  }
}
