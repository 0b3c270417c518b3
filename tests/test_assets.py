import gzip

from odoo.tests import TransactionCase, tagged


@tagged('post_install', '-at_install')
class TestAssets(TransactionCase):
    """What Dealflow adds to the backend bundle for every user, even those who never open its screens."""

    # Kilobytes of scripts, templates and styles, compressed as the server sends them.
    BUDGET = 40
    # Of those that the workplace loads.
    BUDGET_OF_WORKPLACE = 25

    def test_backend_bundle_stays_small(self):
        """Our files are measured alone; in one bundle with Odoo's they compress even better."""
        bundle = self.env['ir.qweb']._get_asset_bundle('web.assets_web')
        bundle.preprocess_css()
        self.assertFalse(bundle.css_errors)
        styles = [asset.minify() for asset in bundle.stylesheets if self._is_ours(asset)]
        scripts = [asset.minify() for asset in bundle.javascripts if self._is_ours(asset)]
        bundle.templates = [asset for asset in bundle.templates if self._is_ours(asset)]
        templates = [bundle.generate_xml_bundle()]
        sizes = [len(gzip.compress('\n'.join(parts).encode())) for parts in (scripts, templates, styles)]
        self.assertGreater(min(sizes), 1000, "scripts, templates and styles are all counted")
        self.assertLessEqual(sum(sizes), self.BUDGET * 1000, sizes)

    def test_workplace_is_loaded_when_it_is_opened(self):
        """Its bundle brings its own files alone; the backend knows no more than where to find it."""
        backend = self.env['ir.qweb']._get_asset_bundle('web.assets_web')
        urls = [
            asset.url for asset in backend.javascripts if '/workplace/' in (asset.url or '') and self._is_ours(asset)
        ]
        self.assertEqual(urls, ['/dealflow/static/src/workplace/workplace_action.js'])
        bundle = self.env['ir.qweb']._get_asset_bundle('dealflow.assets_workplace')
        bundle.preprocess_css()
        self.assertFalse(bundle.css_errors)
        self.assertTrue(bundle.javascripts)
        self.assertTrue(all(self._is_ours(asset) for asset in bundle.javascripts))
        scripts = '\n'.join(asset.minify() for asset in bundle.javascripts)
        size = len(gzip.compress((scripts + bundle.generate_xml_bundle()).encode()))
        self.assertLessEqual(size, self.BUDGET_OF_WORKPLACE * 1000)

    @staticmethod
    def _is_ours(asset):
        return (asset.url or '').startswith('/dealflow/')
