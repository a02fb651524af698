from tests.browser.visitors import visiting

def test_probe_of_the_home(browser, served):
    import time
    t=time.time()
    with visiting(browser, served.address, width=1280, scripts=True, axe=True) as v:
        v.open("/")
        print(v.text[:300], time.time()-t)
