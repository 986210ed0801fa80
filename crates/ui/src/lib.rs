//! Layout, components, forms, languages, charts as SVG. Knows no domain.
